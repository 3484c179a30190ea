using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Governance.Policies.Decisions;
using Governance.Policies.Rego;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Values;
using Governance.Tests.Support;

namespace Governance.Tests.Decisions;

/// <summary>
/// The product's own policies, asked of the evaluator and of a real OPA 0.47.0 with the same generated inputs. That OPA knows neither
/// <c>import rego.v1</c> nor packages where it is asked, so that the import is replaced, and the data becomes a rule.
/// </summary>
public sealed partial class PolicyDifferentialTests
{
    private const int Inputs = 250;
    private static readonly string[] Keywords = ["in", "if", "every", "contains"];

    [Theory]
    [InlineData("access/access.rego", "access", "decision", 1)]
    [InlineData("access/access.rego", "access", "decision", 2)]
    [InlineData("access/access.rego", "access", "decision", 3)]
    [InlineData("access/access.rego", "access", "decision", 4)]
    [InlineData("rows/rows.rego", "rows", "allow", 5)]
    [InlineData("rows/rows.rego", "rows", "allow", 6)]
    [InlineData("api/api.rego", "api", "answer", 7)]
    [InlineData("api/api.rego", "api", "answer", 8)]
    [InlineData("api/api.rego", "api", "answer", 9)]
    [InlineData("requests/requests.rego", "requests", "decision", 10)]
    [InlineData("requests/requests.rego", "requests", "decision", 11)]
    [InlineData("requests/requests.rego", "requests", "decision", 12)]
    public async Task Answers_ToGeneratedInputs_AreWhatOpaSays(string file, string package, string rule, int seed)
    {
        var bundle = PolicyFolder.Load(Repository.PathOf("policies"));
        var generator = new PolicyInputs((uint)seed);
        var inputs = Enumerable.Range(0, Inputs).Select(_ => generator.For(package)).ToArray();
        var question = JsonSerializer.Serialize(
            new
            {
                rules = ForOldOpa(File.ReadAllText(Repository.PathOf("policies", file)), bundle.Data.ToJson()),
                cases = inputs.Select(input => new object[] { rule, JsonDocument.Parse(input.ToJson()).RootElement }),
            }
        );

        var answers = RegoValue.FromJson(await NodeTool.RunAsync("opa047.mjs", question)).Elements();

        answers.Should().HaveCount(Inputs);
        var different = new StringBuilder();
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Inputs; i++)
        {
            string own;
            try
            {
                var value = bundle.Evaluate($"data.{package}.{rule}", inputs[i]);
                own = value is null ? "[]" : $"[{value.ToJson()}]";
            }
            catch (EvaluationException exception)
            {
                own = $"{exception.Code}: {exception.Message}";
            }

            kinds.Add(own);
            // By value: 0.47 writes a large product as 3.1536e+07.
            if (
                own != answers[i].ToJson()
                && (own.StartsWith("eval", StringComparison.Ordinal) || RegoValue.FromJson(own) != answers[i])
            )
            {
                different.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"input {inputs[i].ToJson()}\n  own {own}\n  OPA {answers[i].ToJson()}"
                );
            }
        }

        different.ToString().Should().BeEmpty();
        kinds.Count.Should().BeGreaterThan(package is "rows" ? 1 : 20, "else the inputs are all alike");
    }

    // The document, and neither a member of that name nor a text.
    [GeneratedRegex(@"(?<![\w.""])data\.", RegexOptions.None, 1000)]
    private static partial Regex RootData();

    private static string ForOldOpa(string text, string data)
    {
        var lines = text.Split('\n')
            .Where(line =>
                !line.StartsWith("package ", StringComparison.Ordinal)
                && !line.StartsWith("import rego.v1", StringComparison.Ordinal)
            )
            .Select(line => RootData().Replace(line, "bundle."));
        return string.Concat(Keywords.Select(name => $"import future.keywords.{name}\n"))
            + $"bundle := {data}\n"
            + string.Join('\n', lines);
    }
}
