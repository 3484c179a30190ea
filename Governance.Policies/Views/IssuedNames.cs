using System.Text.RegularExpressions;

namespace Governance.Policies.Views;

/// <summary>Names of issued objects, which every warehouse takes as they are.</summary>
internal static partial class IssuedNames
{
    public static bool IsName(string text) => Pattern.IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,99}\z", RegexOptions.None, 1000)]
    private static partial Regex Pattern { get; }
}
