using System.Collections.Frozen;
using Governance.Masking.Contracts;

namespace Governance.Masking.Methods;

/// <summary>All masking methods, by name. An unknown name is an error, never another method.</summary>
public static class MaskingMethods
{
    private static readonly FrozenDictionary<string, IMaskingMethod> ByName = new IMaskingMethod[]
    {
        new SurrogateMethod(),
        new SealMethod(),
        new TokenMethod(),
        new FpeMethod(),
        new DigestMethod(),
        new PartialMethod(),
        new GeneralizeMethod(),
        new DateShiftMethod(),
        new ScrubMethod(),
        new RedactMethod(),
        new DropMethod(),
        new PlainMethod(),
    }.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>The methods, by name.</summary>
    public static IReadOnlyDictionary<string, IMaskingMethod> All => ByName;

    /// <summary>The names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The method of this name, or <see langword="null"/>. Names are case-sensitive.</summary>
    public static IMaskingMethod? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The method of a column's rule.</summary>
    /// <exception cref="MaskingRuleException">There is no method of that name.</exception>
    public static IMaskingMethod Get(MaskingRule rule, Column column) =>
        Find(rule.Method)
        ?? throw new MaskingRuleException(
            $"{column.Path}: there is no masking method {rule.Method}. Use one of: {string.Join(", ", Names)}."
        );
}
