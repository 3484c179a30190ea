using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Masking.Methods;

/// <summary>What methods share in checking their rules.</summary>
internal static class RuleParameters
{
    /// <summary>A message for each parameter that the method does not have: a typo must not silently weaken a rule.</summary>
    public static IEnumerable<string> Unknown(MaskingRule rule, IReadOnlyCollection<string> known) =>
        rule
            .Parameters.Keys.Where(name => !known.Contains(name, StringComparer.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
                known.Count == 0
                    ? $"{rule.Method} has no parameters; remove {name}."
                    : $"{rule.Method} has no parameter {name}; it has: {string.Join(", ", known)}."
            );

    public static string? Find(this MaskingRule rule, string name) => rule.Parameters.GetValueOrDefault(name);

    /// <summary>Throws the first fault: whoever compiles a rule that was never validated gets no masker.</summary>
    public static void Check(IMaskingMethod method, MaskingTarget target)
    {
        if (method.Validate(target.Rule, target.Column).FirstOrDefault() is { } fault)
        {
            throw new MaskingRuleException($"{target.Column.Path}: {fault}");
        }
    }

    public static MaskingRuleException WrongType(MaskingTarget target, string advice) =>
        new($"{target.Column.Path}: {target.Rule.Method} cannot mask {Name(target.Input.Kind)}. {advice}");

    private static string Name(ScalarKind kind) => $"a value of type {kind}";
}
