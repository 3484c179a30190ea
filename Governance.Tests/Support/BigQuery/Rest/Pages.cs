using System.Globalization;
using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Rest;

/// <summary>Pages of lists: the token is the place of the next one, opaque to clients.</summary>
internal static class Pages
{
    private const string Prefix = "page-";

    /// <summary>One page.</summary>
    /// <param name="items">Everything.</param>
    /// <param name="call">Says <c>maxResults</c> and <c>pageToken</c>.</param>
    /// <param name="most">The most that the service gives at once.</param>
    public static (IReadOnlyList<T> Items, string? Next) Of<T>(IReadOnlyList<T> items, Call call, int most = 50) =>
        Of(
            items,
            Start(call.Text("pageToken"), call.Text("startIndex")),
            Math.Min(call.Number("maxResults") ?? most, most)
        );

    /// <summary>One page.</summary>
    public static (IReadOnlyList<T> Items, string? Next) Of<T>(IReadOnlyList<T> items, int start, int count)
    {
        var page = items.Skip(start).Take(count).ToList();
        var next = start + page.Count;
        return (page, next < items.Count ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{next}") : null);
    }

    /// <summary>Where a page starts.</summary>
    public static int Start(string? token, string? index)
    {
        if (token is null)
        {
            return index is null ? 0 : int.Parse(index, CultureInfo.InvariantCulture);
        }

        return
            token.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(token.AsSpan(Prefix.Length), CultureInfo.InvariantCulture, out var start)
            ? start
            : throw ApiException.Invalid("Invalid value for: pageToken is not a token of this list.", "pageToken");
    }

    /// <summary>As an array of an answer.</summary>
    public static JsonArray ToJsonArray(this IEnumerable<JsonNode?> nodes) => [.. nodes];
}
