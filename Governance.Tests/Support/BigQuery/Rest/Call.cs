using System.Globalization;
using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Rest;

/// <summary>One request, read and checked.</summary>
/// <param name="Operation">Google's method id, such as <c>bigquery.tables.patch</c>.</param>
/// <param name="Path">What the path's places hold, by name.</param>
/// <param name="Query">Parameters.</param>
/// <param name="Body">The body; empty where there is none.</param>
/// <param name="Caller">Who asks: an IAM member, such as <c>user:analyst@example.com</c>.</param>
/// <param name="IfMatch">The etag that the caller last saw.</param>
internal sealed record Call(
    string Operation,
    IReadOnlyDictionary<string, string> Path,
    IReadOnlyDictionary<string, string> Query,
    JsonObject Body,
    string Caller,
    string? IfMatch
)
{
    public string Project => Path["project"];

    public string? Text(string parameter) => Query.GetValueOrDefault(parameter);

    public bool Flag(string parameter) => Query.GetValueOrDefault(parameter) is "true";

    public int? Number(string parameter) =>
        Query.TryGetValue(parameter, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Refuses a change whose etag is not the current one. https://cloud.google.com/bigquery/docs/reference/rest/v2/tables/patch</summary>
    public void Match(string etag)
    {
        if (IfMatch is not null and not "*" && IfMatch != etag)
        {
            throw ApiException.ConditionNotMet();
        }
    }
}
