using Governance.Masking.Contracts;

namespace Governance.Tests.Contracts;

public sealed class ProtectionLossTests
{
    [Theory]
    [InlineData("method: seal", "method: token", "people.full_name: seal -> token")]
    [InlineData("method: seal", "method: redact", "")]
    [InlineData("to: year", "to: month", "people.born: generalize (to year) -> generalize (to month)")]
    [InlineData(
        "value: clear",
        "value: {action: retain, legalBasis: law, period: 1y}",
        "people.full_name: erasure clear -> erasure retain"
    )]
    [InlineData("value: delete", "value: clear", "people: erasure delete -> erasure clear")]
    [InlineData("value: owns", "value: shared", "people.person_id: link owns -> link shared")]
    [InlineData(
        "value: user.content.private",
        "value: system.operations",
        "people.notes: category user.content.private -> category system.operations"
    )]
    [InlineData(
        "value: phone\n",
        "value: telephone\n",
        "people.phones[].number: identifier phone -> identifier telephone"
    )]
    [InlineData("justification: Known to all who look.", "justification: Other words.", "")]
    public void Between_TwoVersions_NamesWhatProtectsLess(string old, string replacement, string expected)
    {
        var before = Sample.Reader.Read(Sample.Yaml, "f").Contract!;
        var after = Sample.Reader.Read(Sample.With(old, replacement), "f").Contract!;

        string.Join("; ", ProtectionLoss.Between(before, after)).Should().Be(expected);
    }

    [Fact]
    public void Between_WholeRuleSplitUp_LooksAtWhatItsPartsBecome()
    {
        var before = Sample
            .Reader.Read(
                Sample.With(
                    "- name: notes\n        logicalType: object",
                    "- name: notes\n        logicalType: object\n        properties: [{name: text}]"
                ),
                "f"
            )
            .Contract!;
        var after = Sample
            .Reader.Read(
                Sample.With(
                    "        logicalType: object\n        customProperties:\n          - property: privacyCategory\n            value: user.content.private\n          - property: masking\n            value: seal",
                    "        logicalType: object\n        properties: [{name: text, customProperties: [{property: privacyCategory, value: user.content}, {property: masking, value: token}]}]"
                ),
                "f"
            )
            .Contract!;

        string.Join("; ", ProtectionLoss.Between(before, after)).Should().Be("people.notes.text: seal -> token");
    }
}
