using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Governance.Policies.Views;

/// <summary>Names of issued objects, which every warehouse takes as they are.</summary>
public static partial class IssuedNames
{
    private const string RulePrefix = "rows_";

    /// <summary>The name of a grant's view. It is the grant's for ever: another grant, also of the same dataset, has another.</summary>
    /// <param name="dataset">The dataset, which makes the name legible.</param>
    /// <param name="grant">The grant's id, of version 7: its last 48 bits are random.</param>
    public static string OfView(string dataset, Guid grant)
    {
        var legible = string.Concat(dataset.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_').Take(80));
        return $"v_{legible}_{grant.ToString("N")[^12..]}";
    }

    /// <summary>The name of the row rule that carries a condition: the same for the same condition, so that its members share one.</summary>
    public static string OfRowRule(RowCondition condition) =>
        RulePrefix
        + Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(condition)).AsSpan(0, 10));

    /// <summary>Whether a row rule's name is one of <see cref="OfRowRule"/>.</summary>
    public static bool IsOfRowRule(string name) => name.StartsWith(RulePrefix, StringComparison.Ordinal);

    /// <summary>Whether a warehouse takes a name: letters, digits and underscores, a letter first, at most 100.</summary>
    public static bool IsName(string text) => Pattern.IsMatch(text);

    /// <summary>Whether a text may begin names of key sets in a view: letters, digits and <c>_ - . *</c>, at most 200.</summary>
    internal static bool IsKeySetPrefix(string text) => Prefix.IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9_.*-]{1,200}\z", RegexOptions.None, 1000)]
    private static partial Regex Prefix { get; }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,99}\z", RegexOptions.None, 1000)]
    private static partial Regex Pattern { get; }
}
