using Newtonsoft.Json.Linq;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>
/// Tells whether a resource is the one that was sent: an insert whose answer was lost, tried again, finds its own work. Each field that
/// was sent has to be there; what the service added counts for nothing.
/// </summary>
internal static class SentFields
{
    // The service answers the older names. https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema.FIELDS.type
    private static readonly Dictionary<string, string> OlderNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["INT64"] = "INTEGER",
        ["FLOAT64"] = "FLOAT",
        ["BOOL"] = "BOOLEAN",
        ["STRUCT"] = "RECORD",
    };

    public static bool AreIn(JToken sent, JToken found) =>
        (sent, found) switch
        {
            (JObject fields, JObject other) => fields
                .Properties()
                .All(field => IsIn(field, other.Property(field.Name, StringComparison.Ordinal))),
            (JArray items, JArray others) => items.Count == others.Count
                && items.Zip(others).All(pair => AreIn(pair.First, pair.Second)),
            (JValue value, JValue other) => string.Equals(Text(value), Text(other), StringComparison.Ordinal),
            _ => false,
        };

    private static bool IsIn(JProperty field, JProperty? found) =>
        found is null
            ? field.Value is JValue { Value: null or "NULLABLE" or "" or false } or JContainer { Count: 0 }
            : AreIn(field.Value, found.Value);

    private static string? Text(JValue value)
    {
        var text = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return OlderNames.GetValueOrDefault(text, text);
    }
}
