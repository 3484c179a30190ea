using System.Text.RegularExpressions;

namespace Governance.Policies.Views;

/// <summary>
/// Who is meant, in the form of Google's IAM: <c>user:someone@example.com</c>, <c>group:…</c>, <c>serviceAccount:…</c>,
/// <c>domain:example.com</c>. Never everybody.
/// </summary>
public static partial class Members
{
    /// <summary>Whether a text names a member.</summary>
    public static bool IsMember(string text) => Pattern.IsMatch(text);

    [GeneratedRegex(
        @"\A((user|group|serviceAccount):[A-Za-z0-9._%+'\-]{1,64}@[A-Za-z0-9.\-]{1,253}|domain:[A-Za-z0-9.\-]{1,253})\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Pattern { get; }
}
