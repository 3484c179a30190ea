using System.Text;
using System.Text.Json;
using Governance.Policies.Rego;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Values;
using Governance.Tests.Support;

namespace Governance.Tests.Rego;

/// <summary>Generated programs, asked of the evaluator and of a real OPA 0.47.0 (see <c>EndToEnd/node/opa047.mjs</c>).</summary>
public sealed class DifferentialTests
{
    private const int Rules = 30;
    private const int InputsEach = 10;

    private static readonly string Imports = string.Concat(
        new[] { "in", "if", "every", "contains" }.Select(name => $"import future.keywords.{name}\n")
    );

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Evaluate_GeneratedPrograms_IsWhatOpaSays(int seed)
    {
        var generator = new ProgramGenerator((uint)seed);
        var rules = Enumerable.Range(0, Rules).Select(generator.Rule).ToArray();
        var text = Imports + string.Join('\n', rules);
        var cases = Enumerable
            .Range(0, Rules * InputsEach)
            .Select(i => (Rule: i % Rules, Input: generator.Input()))
            .ToArray();
        var question = JsonSerializer.Serialize(
            new
            {
                rules = text,
                cases = cases.Select(one =>
                    new object[]
                    {
                        FormattableString.Invariant($"p_{one.Rule}"),
                        JsonDocument.Parse(one.Input).RootElement,
                    }
                ),
            }
        );

        var answers = RegoValue.FromJson(await NodeTool.RunAsync("opa047.mjs", question)).Elements();

        var bundle = PolicyBundle.Load([new PolicySource("generated.rego", "package g\n" + text)]);
        var different = new StringBuilder();
        for (var i = 0; i < cases.Length; i++)
        {
            var own = Ask(bundle, cases[i].Rule, cases[i].Input);
            var wanted = answers[i].ToJson();
            // By value: 0.47 writes some equal numbers in another way, such as -0.
            if (
                own != wanted
                && (own.StartsWith("eval", StringComparison.Ordinal) || RegoValue.FromJson(own) != answers[i])
            )
            {
                different.AppendLine($"{rules[cases[i].Rule]}\n  input {cases[i].Input}\n  own {own}\n  OPA {wanted}");
            }
        }

        different.ToString().Should().BeEmpty();
    }

    private static string Ask(PolicyBundle bundle, int rule, string input)
    {
        try
        {
            var value = bundle.Evaluate(FormattableString.Invariant($"data.g.p_{rule}"), RegoValue.FromJson(input));
            return value is null ? "[]" : $"[{value.ToJson()}]";
        }
        catch (EvaluationException exception)
        {
            return exception.Code + ": " + exception.Message;
        }
    }
}
