namespace Governance.Policies.Decisions;

/// <summary>The rules that answer; policies that lack one are refused when they are loaded.</summary>
internal static class DecisionPaths
{
    public const string Access = "data.access.decision";
    public const string Rows = "data.rows.allow";
    public const string Endpoint = "data.api.answer";
    public const string Approval = "data.requests.decision";

    /// <summary>Policies need not have it: without it no objection is decided.</summary>
    public const string Objection = "data.objections.decision";

    public static IReadOnlyList<string> All { get; } = [Access, Rows, Endpoint, Approval];

    /// <summary>As OPA's REST API writes a path: <c>access/decision</c>.</summary>
    public static string InUrl(string path) => string.Join('/', path.Split('.').Skip(1).Select(Uri.EscapeDataString));

    /// <summary>Whether a text is a path of data: words, and dots between.</summary>
    public static bool IsPath(string text)
    {
        var parts = text.Split('.');
        return parts.Length > 1 && parts[0] is "data" && parts.All(IsWord);
    }

    /// <summary>Whether a text may stand after a dot; what may not stands in brackets and quotes.</summary>
    public static bool IsWord(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
