using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Rest;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>Reads query parameters. https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter</summary>
internal static class ParameterReader
{
    private static readonly string[] Moments =
    [
        "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd",
    ];

    public static IReadOnlyList<SqlParameter> ReadAll(JsonNode? parameters, string? mode)
    {
        if (parameters is not JsonArray { Count: > 0 } list)
        {
            return [];
        }

        if (!string.Equals(mode, "NAMED", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.NotModelled("positional parameters: name each, and set parameterMode to NAMED");
        }

        return [.. list.Select(parameter => Read(parameter!.AsObject()))];
    }

    /// <summary>A moment, as the service reads it: RFC 3339, or with a space, or as canonical text with " UTC".</summary>
    public static string? ToTimestamp(string text)
    {
        var trimmed = text.Trim();
        trimmed = trimmed.EndsWith(" UTC", StringComparison.Ordinal) ? trimmed[..^4] : trimmed;
        trimmed = trimmed.EndsWith('Z') ? $"{trimmed[..^1]}+00:00" : trimmed;
        if (
            trimmed.Length > 3
            && trimmed[^3] is '+' or '-'
            && char.IsAsciiDigit(trimmed[^1])
            && trimmed.Contains(':', StringComparison.Ordinal)
        )
        {
            trimmed += ":00";
        }

        return DateTimeOffset.TryParseExact(
            WithMicroseconds(trimmed),
            Moments,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var moment
        )
            ? Cell.Timestamp(moment)
            : null;
    }

    // Google's clients send nanoseconds; a TIMESTAMP has microseconds.
    private static string WithMicroseconds(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
        {
            return text;
        }

        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - point - 1 is > 6 and <= 9 ? text[..(point + 7)] + text[end..] : text;
    }

    private static SqlParameter Read(JsonObject parameter)
    {
        var name = parameter["name"]?.GetValue<string>() is { Length: > 0 } given
            ? given
            : throw ApiException.Invalid("A named parameter has no name.");
        var type = ReadType(parameter["parameterType"]?.AsObject(), name);
        return new SqlParameter(name, type, ReadValue(parameter["parameterValue"]?.AsObject(), type, name));
    }

    private static SqlType ReadType(JsonObject? type, string name) =>
        type?["type"]?.GetValue<string>().ToUpperInvariant() switch
        {
            null => throw ApiException.Invalid($"Query parameter '{name}' has no type."),
            "ARRAY" => SqlType.Array(ReadType(type["arrayType"]?.AsObject(), name)),
            "STRUCT" => SqlType.Struct([
                .. (type["structTypes"] as JsonArray ?? []).Select(field =>
                    (field!["name"]?.GetValue<string>() ?? "", ReadType(field["type"]?.AsObject(), name))
                ),
            ]),
            "INTEGER" => SqlType.Int64,
            "FLOAT" => new SqlType("FLOAT64"),
            "BOOLEAN" => new SqlType("BOOL"),
            (
                "INT64"
                or "FLOAT64"
                or "BOOL"
                or "STRING"
                or "BYTES"
                or "DATE"
                or "TIME"
                or "DATETIME"
                or "TIMESTAMP"
                or "NUMERIC"
                or "BIGNUMERIC"
                or "JSON"
            )
            and var scalar => new SqlType(scalar),
            _ => throw ApiException.Invalid($"Query parameter '{name}' has a type that is none."),
        };

    private static object? ReadValue(JsonObject? value, SqlType type, string name)
    {
        if (value is null || value.Count is 0)
        {
            return type.Element is null ? null : Array.Empty<object?>();
        }

        if (type.Element is { } element)
        {
            return (value["arrayValues"] as JsonArray ?? [])
                .Select(item => ReadValue(item!.AsObject(), element, name))
                .ToArray();
        }

        if (type.Fields is { } fields)
        {
            return fields
                .Select(field => ReadValue(value["structValues"]?[field.Name]?.AsObject(), field.Type, name))
                .ToArray();
        }

        if (value["value"] is not JsonValue scalar)
        {
            return null;
        }

        var text =
            scalar.GetValueKind() is System.Text.Json.JsonValueKind.String
                ? scalar.GetValue<string>()
                : scalar.ToJsonString();
        return CellReader.Normalize(text, type)
            ?? throw ApiException.InvalidQuery($"Invalid value for type: {type.Name} of query parameter '{name}'.");
    }
}
