using System.Text.RegularExpressions;
using Governance.Masking.Contracts.Reading;
using Governance.Masking.Methods;
using Governance.Masking.Methods.Scrubbing;
using Governance.Tests.Support;

namespace Governance.Tests.Methods;

/// <summary>ops/docs/methods.md says of every method what the code does.</summary>
public sealed partial class MethodsDocumentTests
{
    private static readonly string Document = File.ReadAllText(Repository.PathOf("ops", "docs", "methods.md"));

    public static TheoryData<string> Names => [.. MaskingMethods.Names];

    [Fact]
    public void Table_Rows_AreMethodsThatContractsCanName() =>
        Rows().Keys.Should().Contain(MaskingMethods.Names).And.BeSubsetOf(MaskingRules.KnownWords);

    [Theory]
    [MemberData(nameof(Names))]
    public void Table_Parameters_AreTheMethods(string name) =>
        Words(Rows()[name][^1]).Should().BeEquivalentTo(MaskingMethods.Find(name)!.Parameters);

    [Theory]
    [MemberData(nameof(Names))]
    public void Table_Traits_AreTheDeclaredOnes(string name)
    {
        var (row, traits) = (Rows()[name], MaskingMethods.Find(name)!.Traits);
        if (MaskingMethods.Find(name) is IDropsColumn)
        {
            return;
        }

        row[2].StartsWith("yes", StringComparison.Ordinal).Should().Be(traits.Type);
        (row[3] is "kept" or "shows").Should().Be(traits.Length);
        row[4].Should().Be(Among(traits.Order));
        row[5].Should().Be(Among(traits.Joins));
        row[6]
            .Should()
            .StartWith(
                traits.Reversal switch
                {
                    Reversal.ByVault => "the vault",
                    Reversal.BySubjectKey => "the subject's key",
                    Reversal.ByDomainKey => "the domain's key",
                    _ => "nothing",
                }
            );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Section_OfMethod_HasAnExampleParametersAndWhatItDoesNotDo(string name)
    {
        var section = Sections()[name];
        section.Should().Contain("*Does not protect from*").And.Contain("*Choose it*");
        var example = ExampleLine().Match(section);
        example.Groups["method"].Value.Should().Be(name);
        MaskingMethods
            .Find(name)!
            .Parameters.Should()
            .OnlyContain(parameter => section.Contains($"`{parameter}") || section.Contains($"{parameter}:"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Section_Example_IsARuleThatTheMethodTakes(string name)
    {
        var example = ExampleLine().Match(Sections()[name]);
        var pairs = ExamplePair().Matches(example.Groups["parameters"].Value);
        var rule = string.Join(
            ';',
            pairs.Select(pair => $"{pair.Groups["key"].Value}={pair.Groups["value"].Value.Trim('"')}").Prepend(name)
        );
        MaskingMethods
            .Find(name)!
            .Validate(Maskers.Rule(rule), Maskers.Column(identifier: name == "plain" ? null : "customer_id"))
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void Section_OfScrub_ListsAllThatItFinds()
    {
        ScrubMarks.All.Should().OnlyContain(word => Sections()["scrub"].Contains($"`{word}`"));
        ScrubMarks.All.Should().OnlyContain(word => Sections()["scrub"].Contains($"[{word.ToUpperInvariant()}]"));
    }

    private static string Among(KeptAmong among) =>
        among switch
        {
            KeptAmong.All => "everywhere",
            KeptAmong.OneSubject => "within a subject",
            _ => "no",
        };

    private static Dictionary<string, string[]> Rows() =>
        Document
            .Split('\n')
            .Where(line => line.StartsWith("| [`", StringComparison.Ordinal))
            .Select(line => line.Split('|').Skip(1).SkipLast(1).Select(cell => cell.Trim()).ToArray())
            .ToDictionary(cells => Words(cells[0]).Single(), StringComparer.Ordinal);

    private static Dictionary<string, string> Sections() =>
        Document
            .Split("\n## ")
            .Skip(1)
            .ToDictionary(section => section[..section.IndexOf('\n')].Trim(), StringComparer.Ordinal);

    private static IEnumerable<string> Words(string cell) =>
        QuotedWord().Matches(cell).Select(match => match.Groups["word"].Value);

    [GeneratedRegex("`(?<word>[a-z_]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QuotedWord();

    [GeneratedRegex(
        @"^masking: (\{ method: (?<method>[a-z]+)(?<parameters>(, [a-z]+: ([^"",]+|""[^""]*""))*) \}|(?<method>[a-z]+))$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000
    )]
    private static partial Regex ExampleLine();

    [GeneratedRegex(@", (?<key>[a-z]+): (?<value>[^"",]+|""[^""]*"")", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExamplePair();
}
