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

    /// <summary>
    /// A person by the directory's id, for a warehouse that asks the service who reads. The top-level name is reserved (RFC 2606): it is
    /// nobody's address.
    /// </summary>
    public static string OfId(string id) => $"user:{id}@id.invalid";

    [GeneratedRegex(
        @"\A((user|group|serviceAccount):[A-Za-z0-9._%+'\-]{1,64}@[A-Za-z0-9.\-]{1,253}|domain:[A-Za-z0-9.\-]{1,253})\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Pattern { get; }
}
