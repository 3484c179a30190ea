using Governance.Masking.Contracts;
using Governance.Tests.Support;

namespace Governance.Tests.Contracts;

public sealed class ContractLinterTests
{
    private static readonly ContractLinter Linter = new(Sample.Reader);

    [Fact]
    public void Lint_SameContractTwice_NamesEveryNameTheyShare()
    {
        var report = Linter.Lint([new ContractText("a.yaml", Sample.Yaml), new ContractText("b.yaml", Sample.Yaml)]);

        report.Contracts.Should().BeEmpty();
        report
            .Faults.Select(fault => $"{fault.File}:{fault.Line}:{fault.Column} {fault.Code} {fault.Path}")
            .Should()
            .Equal(
                "b.yaml:3:5 duplicate_contract id",
                "b.yaml:14:11 duplicate_dataset schema[0].name",
                "b.yaml:15:19 duplicate_topic schema[0].physicalName"
            );
        report.Faults[0].Message.Should().Contain("a.yaml:3");
    }

    [Fact]
    public void Lint_SubjectOfOtherKind_IsInconsistent()
    {
        var other = Renamed().Replace("kind: customer", "kind: household", StringComparison.Ordinal);

        var report = Linter.Lint([new ContractText("a.yaml", Sample.Yaml), new ContractText("b.yaml", other)]);

        var fault = report.Faults.Should().ContainSingle().Subject;
        fault.Code.Should().Be(FaultCodes.InconsistentSubject);
        (fault.File, fault.Line, fault.Path).Should().Be(("b.yaml", 21, "schema[0].customProperties[0].value"));
        fault.Message.Should().Contain("a.yaml:21").And.Contain("'household'").And.Contain("'customer'");
    }

    [Theory]
    [InlineData("people.person_id", null)]
    [InlineData("schema/people/properties/person_id", null)]
    [InlineData("people.yaml#/schema/people/properties/person_id", null)]
    [InlineData("peple.person_id", FaultCodes.UnknownRelationship)]
    [InlineData("people.person", FaultCodes.UnknownRelationship)]
    [InlineData("people.colour", FaultCodes.RelationshipDomain)]
    public void Lint_RelationshipToOtherContract_IsFollowed(string to, string? code)
    {
        var other = Renamed().Replace("to: others.person_id", $"to: {to}", StringComparison.Ordinal);

        var report = Linter.Lint([new ContractText("a.yaml", Sample.Yaml), new ContractText("b.yaml", other)]);

        report
            .Faults.Select(fault => (fault.Code, fault.File, fault.Line))
            .Should()
            .Equal(code is null ? [] : [(code, "b.yaml", 40)]);
        if (code is null)
        {
            report
                .Contracts[1]
                .Datasets[0]
                .Relationships.Should()
                .Equal(new Relationship("boss_id", "people", "person_id"));
        }
    }

    [Fact]
    public void Lint_DocumentOfAnotherId_IsAMismatchAtTheId()
    {
        var fault = Linter
            .Lint([new ContractText("a", Sample.Yaml, "persons")])
            .Faults.Should()
            .ContainSingle()
            .Subject;

        (fault.Code, fault.Line, fault.Column, fault.Path).Should().Be((FaultCodes.IdMismatch, 3, 5, "id"));
    }

    [Fact]
    public void LintFiles_SeveralBadFiles_ReportsAllFaultsOfAllOfThem()
    {
        using var folder = new TemporaryFolder();
        var deep = Directory.CreateDirectory(Path.Combine(folder.Path, "deep")).FullName;
        Write("good.yaml", Sample.Yaml);
        Write("broken.yml", "a: [");
        Write("empty.yaml", "");
        Write(
            Path.Combine("deep", "method.odcs.yaml"),
            Renamed().Replace("method: seal", "method: sael", StringComparison.Ordinal)
        );
        Write("readme.md", "no contract");
        File.WriteAllBytes(Path.Combine(deep, "latin.yaml"), [0x69, 0x64, 0x3a, 0x20, 0xe9]);
        var missing = Path.Combine(folder.Path, "missing.yaml");

        var report = Linter.LintFiles([folder.Path, missing]);

        report.Files.Should().Be(6);
        report
            .Faults.Select(fault => $"{Path.GetRelativePath(folder.Path, fault.File)}:{fault.Line}: {fault.Code}")
            .Should()
            .Equal(
                "broken.yml:1: broken_yaml",
                "deep/latin.yaml:1: unreadable_file",
                "deep/method.odcs.yaml:73: unknown_method",
                "empty.yaml:1: empty_document",
                "missing.yaml:1: unreadable_file"
            );
        report
            .Faults[2]
            .ToString()
            .Should()
            .StartWith(report.Faults[2].File + ":73:23: unknown_method: There is no method 'sael'")
            .And.EndWith("(schema[0].properties[3].customProperties[1].value.method)");

        void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.Path, name), text);
    }

    [Fact]
    public void LintFiles_EmptyFolder_IsAFault()
    {
        using var folder = new TemporaryFolder();

        Linter
            .LintFiles([folder.Path])
            .Faults.Should()
            .ContainSingle()
            .Which.Code.Should()
            .Be(FaultCodes.UnreadableFile);
    }

    private static string Renamed() =>
        Sample
            .Yaml.Replace("id: people\n", "id: others\n", StringComparison.Ordinal)
            .Replace("name: people\n", "name: others\n", StringComparison.Ordinal)
            .Replace("people.v1", "others.v1", StringComparison.Ordinal)
            .Replace("people.person_id", "others.person_id", StringComparison.Ordinal)
            .Replace("element: people", "element: others", StringComparison.Ordinal);
}
