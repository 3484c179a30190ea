using System.Text;
using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Jobs;

/// <summary>
/// What every job says of itself, so that its cost and its origin can be found: lower-case letters, digits, underscores and dashes, at
/// most 63. https://cloud.google.com/bigquery/docs/labels-intro#requirements
/// </summary>
internal static class JobLabels
{
    public const string Feature = "governance_feature";
    public const string Request = "governance_request";

    /// <summary>The hash of the statement with its parameters, by which a job is known to be the one that is meant.</summary>
    public const string Statement = "governance_statement";

    private const int Longest = 63;

    /// <summary>The labels of a job.</summary>
    public static Dictionary<string, string> Of(BigQueryStatement statement, JobPurpose purpose)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Feature] = Clean(purpose.Feature),
            [Statement] = HashOf(statement),
        };
        foreach (var (name, value) in purpose.Notes)
        {
            labels[name] = Clean(value);
        }

        if (!string.IsNullOrEmpty(purpose.RequestId))
        {
            labels[Request] = Clean(purpose.RequestId);
        }

        return labels;
    }

    /// <summary>The hash of a statement. Values go into it with the text, and do not come out of it: half of SHA-256.</summary>
    public static string HashOf(BigQueryStatement statement) =>
        JobIds.Hash(
            JsonConvert.SerializeObject(
                new object[] { statement.Text, statement.Parameters.Select(parameter => parameter.ToRest()) }
            )
        );

    /// <summary>A text as a label may be.</summary>
    public static string Clean(string text)
    {
        var label = new StringBuilder(Math.Min(text.Length, Longest));
        foreach (var letter in text.AsSpan()[..Math.Min(text.Length, Longest)])
        {
            var lower = char.ToLowerInvariant(letter);
            label.Append(char.IsAsciiLetterOrDigit(lower) || lower is '_' or '-' ? lower : '_');
        }

        return label.ToString();
    }
}
