using Governance.Policies.Rego.Evaluation;

namespace Governance.Policies.Rego;

/// <summary>What came of a policy's test.</summary>
/// <param name="Path">The rule, such as <c>data.access_test.test_admin</c>.</param>
/// <param name="Passed">Whether it is true.</param>
/// <param name="Reason">What it was instead; empty where it passed.</param>
public sealed record PolicyTestResult(string Path, bool Passed, string Reason);

/// <summary>Runs the tests of policies as <c>opa test</c> does: a rule named <c>test_...</c> passes where it is true.</summary>
public static class PolicyTests
{
    /// <summary>Runs all tests of a bundle.</summary>
    public static IReadOnlyList<PolicyTestResult> Run(PolicyBundle bundle, EvaluationOptions? options = null) =>
        [.. bundle.Tests.Select(path => Run(bundle, path, options))];

    private static PolicyTestResult Run(PolicyBundle bundle, string path, EvaluationOptions? options)
    {
        try
        {
            var value = bundle.Evaluate(path, null, options);
            return new PolicyTestResult(
                path,
                value is { IsTrue: true },
                value is { IsTrue: true } ? ""
                    : value is null ? "is undefined"
                    : "is not true"
            );
        }
        catch (EvaluationException exception)
        {
            return new PolicyTestResult(path, false, $"{exception.Code}: {exception.Message}");
        }
    }
}
