using System.Collections.Frozen;

namespace Governance.Policies.Rego.Builtins;

/// <summary>All builtins, by name.</summary>
internal static class Library
{
    /// <summary>Has many results, so the planner treats it on its own.</summary>
    public static readonly Builtin Walk = new("walk", 1, (_, _) => null);

    private static readonly FrozenDictionary<string, Builtin> All = new[]
    {
        [Walk],
        Aggregates.All,
        Arithmetic.All,
        Arrays.All,
        Bits.All,
        Documents.All,
        Encodings.All,
        Globs.All,
        Graphs.All,
        Networks.All,
        Objects.All,
        RegularExpressions.All,
        Sets.All,
        Strings.All,
        Times.All,
        Tokens.All,
        Types.All,
        Units.All,
        Versions.All,
    }
        .SelectMany(family => family)
        .ToFrozenDictionary(builtin => builtin.Name, StringComparer.Ordinal);

    private static readonly HashSet<string> Refused = new(StringComparer.Ordinal)
    {
        "http.send",
        "opa.runtime",
        "net.lookup_ip_addr",
        "rand.intn",
        "uuid.rfc4122",
        "trace",
        "rego.metadata.chain",
        "rego.metadata.rule",
        "rego.parse_module",
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    public static Builtin? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>Whether OPA has it, and this evaluator does not on purpose: it reaches out, or is not the same twice.</summary>
    public static bool IsRefused(string name) => Refused.Contains(name);
}
