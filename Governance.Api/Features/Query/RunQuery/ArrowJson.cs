using System.Globalization;
using System.Text.Json;
using Apache.Arrow;

namespace Governance.Api.Features.Query.RunQuery;

/// <summary>
/// A value of an Arrow array as JSON. Numbers with all their digits; what is not finite, times and bytes (base64) as text; instants in UTC.
/// </summary>
internal static class ArrowJson
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>Writes one value.</summary>
    /// <exception cref="NotSupportedException">The warehouse gave a type that is not known here.</exception>
    public static void Write(Utf8JsonWriter json, IArrowArray array, int at)
    {
        if (array.IsNull(at))
        {
            json.WriteNullValue();
            return;
        }

        switch (array)
        {
            case NullArray:
                json.WriteNullValue();
                break;
            case BooleanArray truths:
                json.WriteBooleanValue(truths.GetValue(at)!.Value);
                break;
            case Int8Array numbers:
                json.WriteNumberValue(numbers.Values[at]);
                break;
            case Int16Array numbers:
                json.WriteNumberValue(numbers.Values[at]);
                break;
            case Int32Array numbers:
                json.WriteNumberValue(numbers.Values[at]);
                break;
            case Int64Array numbers:
                json.WriteNumberValue(numbers.Values[at]);
                break;
            case UInt8Array numbers:
                json.WriteNumberValue(numbers.Values[at]);
                break;
            case UInt16Array numbers:
                json.WriteNumberValue(numbers.Values[at]);
                break;
            case UInt32Array numbers:
                json.WriteNumberValue(numbers.Values[at]);
                break;
            case UInt64Array numbers:
                json.WriteNumberValue(numbers.Values[at]);
                break;
            case FloatArray numbers:
                Number(json, numbers.Values[at]);
                break;
            case DoubleArray numbers:
                Number(json, numbers.Values[at]);
                break;
            case Decimal128Array numbers:
                json.WriteRawValue(numbers.GetString(at));
                break;
            case StringArray texts:
                json.WriteStringValue(texts.GetString(at));
                break;
            case BinaryArray bytes:
                json.WriteBase64StringValue(bytes.GetBytes(at));
                break;
            case Date32Array dates:
                json.WriteStringValue(Date(dates.Values[at]));
                break;
            case Time64Array times:
                json.WriteStringValue(Time(times.Values[at]));
                break;
            case TimestampArray instants:
                json.WriteStringValue(
                    Instant(instants.Values[at], ((Apache.Arrow.Types.TimestampType)instants.Data.DataType).Timezone)
                );
                break;
            case MonthDayNanosecondIntervalArray intervals:
                var interval = intervals.Values[at];
                json.WriteStringValue(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"P{interval.Months}M{interval.Days}DT{interval.Nanoseconds / 1_000_000_000m:0.######}S"
                    )
                );
                break;
            case MapArray maps:
                Map(json, maps, at);
                break;
            case ListArray lists:
                json.WriteStartArray();
                for (var item = lists.ValueOffsets[at]; item < lists.ValueOffsets[at + 1]; item++)
                {
                    Write(json, lists.Values, item);
                }

                json.WriteEndArray();
                break;
            case StructArray records:
                var fields = ((Apache.Arrow.Types.StructType)records.Data.DataType).Fields;
                json.WriteStartObject();
                for (var field = 0; field < fields.Count; field++)
                {
                    json.WritePropertyName(fields[field].Name);
                    Write(json, records.Fields[field], at);
                }

                json.WriteEndObject();
                break;
            default:
                throw new NotSupportedException($"No JSON is known for {array.Data.DataType.Name}.");
        }
    }

    private static void Map(Utf8JsonWriter json, MapArray maps, int at)
    {
        json.WriteStartObject();
        for (var entry = maps.ValueOffsets[at]; entry < maps.ValueOffsets[at + 1]; entry++)
        {
            json.WritePropertyName(
                maps.Keys is StringArray keys ? keys.GetString(entry) : entry.ToString(CultureInfo.InvariantCulture)
            );
            Write(json, maps.Values, entry);
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string Date(int days) =>
        days is int.MaxValue ? "infinity"
        : days is -int.MaxValue ? "-infinity"
        : days is >= -719_162 and <= 2_932_896
            ? DateOnly.FromDayNumber(days + 719_162).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{days} days since 1970-01-01");

    private static string Time(long microseconds) =>
        new TimeOnly(Math.Min(microseconds, MicrosecondsPerDay - 1) * TimeSpan.TicksPerMicrosecond).ToString(
            "HH:mm:ss.FFFFFF",
            CultureInfo.InvariantCulture
        );

    private static string Instant(long microseconds, string? zone)
    {
        if (microseconds is long.MaxValue or -long.MaxValue)
        {
            return microseconds > 0 ? "infinity" : "-infinity";
        }

        if (microseconds is < -62_135_596_800_000_000 or > 253_402_300_799_999_999)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{microseconds} microseconds since 1970-01-01");
        }

        var text = DateTimeOffset
            .UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture);
        return zone is null or "" ? text : text + "Z";
    }
}
