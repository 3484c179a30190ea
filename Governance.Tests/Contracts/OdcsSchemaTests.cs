using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Tests.Support;

namespace Governance.Tests.Contracts;

/// <summary>What the reader calls structure is what the published JSON Schema says, as ajv (npm) understands it.</summary>
public sealed class OdcsSchemaTests
{
    private static readonly string[] Values = ["42", "1.5", "true", "null", "[]", "{}", "words", "['a', 'a']", "-1"];

    [Fact]
    public async Task DemoContracts_UnderThePublishedSchema_AreValid()
    {
        var files = Directory.GetFiles(Repository.PathOf("ops", "demo", "contracts"));
        var answers = await ValidateAsync([.. files.Select(File.ReadAllText)]);

        files.Should().HaveCount(8);
        answers.Should().OnlyContain(valid => valid);
    }

    [Theory]
    [InlineData("all-schema-types")]
    [InlineData("full-example")]
    [InlineData("kafka-schemaregistry")]
    [InlineData("service-and-operational-roles")]
    [InlineData("table-columns-with-partition")]
    public async Task Read_SpoiledExample_FindsStructuralFaultsExactlyWhereTheSchemaRefuses(string name)
    {
        var text = await File.ReadAllTextAsync(Repository.Shared("odcs", name + ".odcs.yaml"));
        // The long example is spoiled at every fourth place: its parts are of few kinds, and a read takes its time.
        var step = text.Length > 5000 ? 4 : 1;
        var documents = Spoil(text)
            .Where((_, index) => index % step == 0)
            .Prepend(text)
            .Distinct(StringComparer.Ordinal)
            .ToArray();

        var expected = await ValidateAsync(documents);

        var differing = documents
            .Zip(expected)
            .Where(pair => IsSound(pair.First) != pair.Second)
            .Select(pair => $"ajv says {pair.Second}: {Difference(text, pair.First)}")
            .ToArray();
        differing.Should().BeEmpty();
        expected.Should().Contain(true).And.Contain(false);
    }

    private static bool IsSound(string yaml) => !Sample.Reader.Read(yaml, "f").Faults.Any(fault => fault.IsStructural);

    // Every line left out, every key misspelt, every value replaced by values of other kinds.
    private static IEnumerable<string> Spoil(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var colon = lines[i].IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || lines[i].TrimStart().StartsWith('#'))
            {
                continue;
            }

            yield return Replaced(null);
            yield return Replaced(lines[i].Insert(colon, "x"));
            if (lines[i].Length > colon + 2)
            {
                foreach (var value in Values)
                {
                    yield return Replaced(lines[i][..(colon + 1)] + " " + value);
                }
            }

            string Replaced(string? line) =>
                string.Join('\n', lines[..i].Concat(line is null ? [] : [line]).Concat(lines[(i + 1)..]));
        }
    }

    private static string Difference(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        var at = Enumerable.Range(0, Math.Min(old.Length, now.Length)).FirstOrDefault(i => old[i] != now[i]);
        return $"line {at + 1}: '{old[at]}' became '{now[at]}'";
    }

    private static async Task<bool[]> ValidateAsync(string[] documents)
    {
        var input = new JsonObject
        {
            ["schema"] = Repository.Shared("odcs", "odcs-json-schema-v3.1.0.json"),
            ["documents"] = new JsonArray([.. documents.Select(document => (JsonNode)document)]),
        };
        using var answer = JsonDocument.Parse(await NodeTool.RunAsync("validate.mjs", input.ToJsonString()));
        return [.. answer.RootElement.EnumerateArray().Select(one => one.GetProperty("valid").GetBoolean())];
    }
}
