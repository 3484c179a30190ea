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
    [InlineData(
        "method: seal",
        "method: seal\n              under: boss_id",
        "people.full_name: seal -> seal (under boss_id)"
    )]
    [InlineData(
        "identifier: person_id\n",
        "identifier: boss_id\n",
        "people: subject customer by person_id -> subject customer by boss_id"
    )]
    public void Between_TwoVersions_NamesWhatProtectsLess(string old, string replacement, string expected)
    {
        var before = Sample.Reader.Read(Sample.Yaml, "f").Contract!;
        var after = Sample.Reader.Read(Sample.With(old, replacement), "f").Contract!;

        string.Join("; ", ProtectionLoss.Between([before], after)).Should().Be(expected);
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

        string.Join("; ", ProtectionLoss.Between([before], after)).Should().Be("people.notes.text: seal -> token");
    }

    private const string Notes = """
              - name: notes
                logicalType: object
                customProperties:
                  - property: privacyCategory
                    value: user.content.private
                  - property: masking
                    value: seal

        """;

    private const string NotesInParts = """
              - name: notes
                logicalType: object
                properties:
                  - name: text
                    customProperties: [{property: privacyCategory, value: user.content}, {property: masking, value: token}]

        """;

    [Fact]
    public void Between_WholeWithoutPartsSplitUp_LooksAtWhatItsPartsBecome() =>
        Losses([Sample.Yaml], Sample.With(Notes, NotesInParts)).Should().Be("people.notes.text: seal -> token");

    [Fact]
    public void Between_PartsMaskedWhole_LooksAtWhatThePartsHad() =>
        Losses(
                [Sample.With(Notes, NotesInParts.Replace("value: token", "value: redact", StringComparison.Ordinal))],
                Sample.Yaml
            )
            .Should()
            .Be("people.notes.text: redact -> seal");

    [Fact]
    public void Between_ColumnLeftOutAndBroughtBack_IsHeldAgainstWhatItWas()
    {
        var redacted = Sample.With(Notes, Notes.Replace("value: seal", "value: redact", StringComparison.Ordinal));

        Losses([Sample.With(Notes, ""), redacted], Sample.Yaml).Should().Be("people.notes: redact -> seal");
    }

    [Fact]
    public void Between_AcceptedLoss_IsNotToldAgain()
    {
        var weaker = Sample.With("to: year", "to: month");

        Losses([weaker, Sample.Yaml], weaker).Should().BeEmpty();
    }

    [Fact]
    public void Between_DatasetOfAnotherNameAndContractOnTheSameTopic_IsHeldAgainstWhatItWas() =>
        Losses(
                [Sample.Yaml],
                Sample
                    .With("to: year", "to: month")
                    .Replace("id: people\n", "id: others\n", StringComparison.Ordinal)
                    .Replace("- name: people\n", "- name: others\n", StringComparison.Ordinal)
                    .Replace("to: people.", "to: others.", StringComparison.Ordinal)
                    .Replace("element: people", "element: others", StringComparison.Ordinal)
            )
            .Should()
            .Be("others.born: generalize (to year) -> generalize (to month)");

    private static string Losses(string[] before, string after) =>
        string.Join("; ", ProtectionLoss.Between(before.Select(Read), Read(after)));

    private static Contract Read(string yaml) => Sample.Reader.Read(yaml, "f").Contract!;
}
