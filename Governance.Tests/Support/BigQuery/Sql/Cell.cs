using System.Globalization;
using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>
/// Values: null, text for a scalar (as REST answers write it; a TIMESTAMP is a number of microseconds), or a list for an array's
/// elements and a struct's fields.
/// </summary>
internal static class Cell
{
    private const long MicrosecondsPerSecond = 1_000_000;

    public static JsonNode? ToJson(object? cell) =>
        cell switch
        {
            null => null,
            string text => JsonValue.Create(text),
            object?[] items => new JsonArray([.. items.Select(ToJson)]),
            _ => throw new ArgumentException("Not a cell.", nameof(cell)),
        };

    public static object? FromJson(JsonNode? json) =>
        json switch
        {
            null => null,
            JsonArray items => items.Select(FromJson).ToArray(),
            _ => json.GetValue<string>(),
        };

    /// <summary>A moment as a TIMESTAMP.</summary>
    public static string Timestamp(DateTimeOffset moment) =>
        ((moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond).ToString(
            CultureInfo.InvariantCulture
        );

    /// <summary>
    /// As a row of an answer has it: <c>{"v": …}</c>, nested. TIMESTAMP is seconds, with an exponent, unless microseconds or ISO 8601 were
    /// asked for. https://cloud.google.com/bigquery/docs/reference/rest/v2/DataFormatOptions
    /// </summary>
    public static JsonObject ToRest(object? cell, SqlType type, TimestampFormat format) =>
        new() { ["v"] = ValueToRest(cell, type, format) };

    /// <summary>A row of an answer.</summary>
    public static JsonObject RowToRest(
        IReadOnlyList<object?> cells,
        IReadOnlyList<(string Name, SqlType Type)> columns,
        TimestampFormat format
    ) => new() { ["f"] = new JsonArray([.. cells.Select((cell, index) => ToRest(cell, columns[index].Type, format))]) };

    private static JsonNode? ValueToRest(object? cell, SqlType type, TimestampFormat format) =>
        cell switch
        {
            // An array is never null in an answer: a null array is an empty one.
            null when type.Element is not null => new JsonArray(),
            null => null,
            object?[] items when type.Element is { } element => new JsonArray([
                .. items.Select(item => ToRest(item, element, format)),
            ]),
            object?[] items => RowToRest(items, type.Fields!, format),
            string text when type.Name is "TIMESTAMP" => TimestampToRest(text, format),
            string text => JsonValue.Create(text),
            _ => throw new ArgumentException("Not a cell.", nameof(cell)),
        };

    private static JsonValue TimestampToRest(string microseconds, TimestampFormat format)
    {
        var value = long.Parse(microseconds, CultureInfo.InvariantCulture);
        return format switch
        {
            TimestampFormat.Int64 => JsonValue.Create(microseconds)!,
            TimestampFormat.Iso8601 => JsonValue.Create(
                DateTimeOffset
                    .UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond)
                    .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)
            )!,
            _ => JsonValue.Create(Exponential(value))!,
        };
    }

    // As Java writes a double: 1.408452095220719E9.
    private static string Exponential(long microseconds)
    {
        var seconds = (decimal)microseconds / MicrosecondsPerSecond;
        if (seconds is 0)
        {
            return "0.0";
        }

        var exponent = (int)Math.Floor(Math.Log10((double)Math.Abs(seconds)));
        var mantissa = seconds;
        for (var step = 0; step < Math.Abs(exponent); step++)
        {
            mantissa = exponent > 0 ? mantissa / 10 : mantissa * 10;
        }

        return exponent is >= -3 and < 7
            ? seconds.ToString("0.0#########", CultureInfo.InvariantCulture)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{mantissa.ToString("0.0##################", CultureInfo.InvariantCulture)}E{exponent}"
            );
    }
}

/// <summary>How answers write a TIMESTAMP.</summary>
internal enum TimestampFormat
{
    Float64,
    Int64,
    Iso8601,
}
