using Governance.Masking.Contracts;

namespace Governance.Tests.Contracts;

/// <summary>How long a raw topic may keep its records.</summary>
public sealed class TopicRetentionTests
{
    [Theory]
    [InlineData("7d", 7, "d")]
    [InlineData("1m", 1, "m")]
    [InlineData("7", 0, "")]
    [InlineData("[7d]", 0, "")]
    [InlineData("0d", 0, "")]
    public void Read_OfAPeriod_TakesCountAndUnit(string text, int value, string unit)
    {
        var yaml = Sample.Yaml.Replace(
            "      - property: onErasure\n        value: delete\n",
            $"      - property: onErasure\n        value: delete\n      - property: topicRetention\n        value: {text}\n",
            StringComparison.Ordinal
        );
        yaml.Should().Contain("topicRetention");

        var reading = Sample.Reader.Read(yaml, "people.yaml");

        reading.Contract?.Datasets[0].TopicRetention.Should().Be(value == 0 ? null : new RetentionPeriod(value, unit));
        reading.Faults.Select(fault => fault.Code).Should().Equal(value == 0 ? [FaultCodes.BadTopicRetention] : []);
    }
}
