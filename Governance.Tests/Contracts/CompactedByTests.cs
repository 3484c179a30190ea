using Governance.Masking.Contracts;

namespace Governance.Tests.Contracts;

/// <summary>Which column keys a compacted topic.</summary>
public sealed class CompactedByTests
{
    [Theory]
    [InlineData("person_id", true)]
    [InlineData("boss_id", false)] // link lookup: somebody else's
    [InlineData("nowhere", false)]
    [InlineData("[person_id]", false)]
    public void Read_OfAColumn_TakesOwnIdentifiersAlone(string column, bool isTaken)
    {
        var yaml = Sample.Yaml.Replace(
            "      - property: onErasure\n        value: delete\n",
            $"      - property: onErasure\n        value: delete\n      - property: compactedBy\n        value: {column}\n",
            StringComparison.Ordinal
        );
        yaml.Should().Contain("compactedBy");

        var reading = Sample.Reader.Read(yaml, "people.yaml");

        reading.Contract?.Datasets[0].CompactedBy.Should().Be(isTaken ? column : null);
        reading.Faults.Select(fault => fault.Code).Should().Equal(isTaken ? [] : [FaultCodes.BadCompactedBy]);
    }
}
