using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>Reads values that were sent as JSON or as text.</summary>
internal static class CellReader
{
    /// <summary>A scalar's text in the stand-in's form; null where it is not of the type.</summary>
    public static string? Normalize(string text, SqlType type) =>
        type.Name switch
        {
            "INT64" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? whole.ToString(CultureInfo.InvariantCulture)
                : null,
            "FLOAT64" => text is "NaN" or "Infinity" or "-Infinity"
            || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                ? text
                : null,
            "BOOL" => text.ToLowerInvariant() is "true" or "false" ? text.ToLowerInvariant() : null,
            "NUMERIC" or "BIGNUMERIC" => Decimal(text, type.Name is "NUMERIC" ? 9 : 38),
            "BYTES" => IsBase64(text) ? text : null,
            "DATE" => DateOnly.TryParseExact(
                text,
                "yyyy-M-d",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
                ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : null,
            "TIME" => TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out _) ? text : null,
            "DATETIME" => DateTime.TryParseExact(
                text.Replace(' ', 'T'),
                "yyyy-M-d'T'H:m:s.FFFFFFF",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out _
            )
                ? text.Replace(' ', 'T')
                : null,
            "TIMESTAMP" => ParameterReader.ToTimestamp(text),
            "JSON" => IsJson(text) ? text : null,
            _ => text,
        };

    /// <summary>A value of insertAll.</summary>
    /// <param name="json">The value.</param>
    /// <param name="column">Its column.</param>
    /// <param name="ignoreUnknown">Fields that are not of the schema are dropped, else refused.</param>
    /// <param name="path">Where it is, for the message.</param>
    /// <exception cref="RowException">It is not of the column.</exception>
    public static object? Read(JsonNode? json, ColumnSchema column, bool ignoreUnknown, string path)
    {
        if (json is null)
        {
            return column.Mode switch
            {
                "REQUIRED" => throw new RowException($"Missing required field: {path}.", path),
                "REPEATED" => Array.Empty<object?>(),
                _ => null,
            };
        }

        if (column.Mode is "REPEATED")
        {
            return json is JsonArray items
                ? items
                    .Select(item =>
                        item is null
                            ? throw new RowException("Null is not an element of a repeated field.", path)
                            : One(item, column, ignoreUnknown, path)
                    )
                    .ToArray()
                : throw new RowException($"Field {path} is repeated: a list is wanted.", path);
        }

        return One(json, column, ignoreUnknown, path);
    }

    /// <summary>The fields of a row, or of a record.</summary>
    /// <exception cref="RowException">They are not of the columns.</exception>
    public static object?[] ReadFields(
        JsonObject json,
        IReadOnlyList<ColumnSchema> columns,
        bool ignoreUnknown,
        string path = ""
    )
    {
        var unknown = json.FirstOrDefault(field =>
            !columns.Any(column => string.Equals(column.Name, field.Key, StringComparison.OrdinalIgnoreCase))
        );
        if (unknown.Key is not null && !ignoreUnknown)
        {
            throw new RowException($"no such field: {path}{unknown.Key}.", path + unknown.Key);
        }

        return
        [
            .. columns.Select(column =>
                Read(
                    json.FirstOrDefault(field =>
                        string.Equals(field.Key, column.Name, StringComparison.OrdinalIgnoreCase)
                    ).Value,
                    column,
                    ignoreUnknown,
                    path + column.Name
                )
            ),
        ];
    }

    private static object? One(JsonNode json, ColumnSchema column, bool ignoreUnknown, string path)
    {
        if (column.LegacyType is "RECORD")
        {
            return json is JsonObject record
                ? ReadFields(record, column.Fields, ignoreUnknown, $"{path}.")
                : throw new RowException($"This field: {path} is a record.", path);
        }

        var type = column.SqlType.Element ?? column.SqlType;
        if (json is not JsonValue value)
        {
            throw new RowException($"This field: {path} is not a record.", path);
        }

        var text = value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
        if (type.Name is "TIMESTAMP" && value.GetValueKind() is JsonValueKind.Number)
        {
            // Seconds since 1970. https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#timestamp_type
            return ((long)(value.GetValue<decimal>() * 1_000_000)).ToString(CultureInfo.InvariantCulture);
        }

        return Normalize(text, type)
            ?? throw new RowException($"Cannot convert value to {type.Name} of field {path}.", path);
    }

    private static string? Decimal(string text, int scale)
    {
        if (
            !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && !BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
        )
        {
            return null;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point >= 0 && text.Length - point - 1 > scale
            ? decimal.Round(value, Math.Min(scale, 28), MidpointRounding.AwayFromZero)
                .ToString(CultureInfo.InvariantCulture)
            : text;
    }

    private static bool IsBase64(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out _);

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>A row that is not of its table.</summary>
internal sealed class RowException(string message, string field) : Exception(message)
{
    public string Field { get; } = field;
}
