using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Methods;

namespace Governance.Masking.Json.Internal;

/// <summary>Turns one single JSON value into the text form of its type (see <see cref="ScalarType"/>), the same as the Avro plan's.</summary>
internal static class JsonText
{
    private const int LongestTime = 64;

    /// <summary>Writes the text form of the value that the reader stands on.</summary>
    /// <param name="reader">Stands on a string, a number, or a truth value.</param>
    /// <param name="path">The column, for the fault.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="text">Receives the text form.</param>
    /// <exception cref="UnmaskableValueException">It is no value of the type.</exception>
    public static void Read(ref Utf8JsonReader reader, string path, ScalarType type, ByteBuffer text)
    {
        var isRead = type.Kind switch
        {
            ScalarKind.Int64 => reader.TokenType == JsonTokenType.Number && TryReadInteger(ref reader, text),
            ScalarKind.Double => reader.TokenType == JsonTokenType.Number && TryReadNumber(ref reader, text),
            ScalarKind.Boolean => TryReadBoolean(ref reader, text),
            ScalarKind.Date => TryReadDate(ref reader, text),
            ScalarKind.Time => TryReadTime(ref reader, text),
            ScalarKind.Timestamp => TryReadTimestamp(ref reader, text),
            _ => TryReadAny(ref reader, text),
        };
        if (!isRead)
        {
            throw NotOfType(path, type);
        }
    }

    /// <summary>Writes the text form of a value that stands in no JSON; it need not be in that form yet.</summary>
    /// <param name="value">The value as UTF-8 text.</param>
    /// <param name="path">The column, for the fault.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="text">Receives the text form.</param>
    /// <exception cref="UnmaskableValueException">It is no value of the type.</exception>
    public static void ReadText(ReadOnlySpan<byte> value, string path, ScalarType type, ByteBuffer text)
    {
        if (type.Kind == ScalarKind.Text)
        {
            if (!Utf8.IsValid(value))
            {
                throw new UnmaskableValueException(EventFaults.ValueOutOfRange, $"{path} is not UTF-8");
            }

            text.Write(value);
            return;
        }

        // One reader of dates and numbers is enough: what it reads is put into the form that it knows.
        Span<byte> json = stackalloc byte[LongestTime + 2];
        var isQuoted = type.Kind is ScalarKind.Date or ScalarKind.Time or ScalarKind.Timestamp;
        if (value.Length > LongestTime || value.IsEmpty || value.IndexOfAny((byte)'"', (byte)'\\') >= 0)
        {
            throw NotOfType(path, type);
        }

        var length = 0;
        if (isQuoted)
        {
            json[length++] = (byte)'"';
        }

        value.CopyTo(json[length..]);
        length += value.Length;
        if (isQuoted)
        {
            json[length++] = (byte)'"';
        }

        try
        {
            var reader = new Utf8JsonReader(json[..length]);
            _ = reader.Read();
            Read(ref reader, path, type, text);

            // Whatever follows makes this throw.
            _ = reader.Read();
        }
        catch (JsonException)
        {
            throw NotOfType(path, type);
        }
    }

    /// <summary>Copies a string or the name of a property, unescaped.</summary>
    public static void Copy(ref Utf8JsonReader reader, ByteBuffer text)
    {
        if (!reader.ValueIsEscaped)
        {
            text.Write(reader.ValueSpan);
            return;
        }

        try
        {
            text.Advance(reader.CopyString(text.GetSpan(reader.ValueSpan.Length)));
        }
        catch (InvalidOperationException)
        {
            throw new UnmaskableValueException(
                EventFaults.MalformedJson,
                "a string escapes half of a surrogate pair, which is no text"
            );
        }
    }

    private static bool TryReadAny(ref Utf8JsonReader reader, ByteBuffer text)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                Copy(ref reader, text);
                return true;
            case JsonTokenType.Number:
                // As a writer schema of long or double would give it. A whole number of more digits stays what it is.
                if (
                    !TryReadInteger(ref reader, text) && (IsWhole(reader.ValueSpan) || !TryReadNumber(ref reader, text))
                )
                {
                    text.Write(reader.ValueSpan);
                }

                return true;
            default:
                return TryReadBoolean(ref reader, text);
        }
    }

    private static bool TryReadInteger(ref Utf8JsonReader reader, ByteBuffer text)
    {
        // Minus zero is a double, and none of the whole numbers.
        if (!reader.TryGetInt64(out var number) || (number == 0 && reader.ValueSpan[0] == (byte)'-'))
        {
            return false;
        }

        Format(number, default, text);
        return true;
    }

    private static bool TryReadNumber(ref Utf8JsonReader reader, ByteBuffer text)
    {
        if (!reader.TryGetDouble(out var number) || !double.IsFinite(number))
        {
            return false;
        }

        Format(number, default, text);
        return true;
    }

    private static bool TryReadBoolean(ref Utf8JsonReader reader, ByteBuffer text)
    {
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            return false;
        }

        text.Write(reader.ValueSpan);
        return true;
    }

    private static bool TryReadDate(ref Utf8JsonReader reader, ByteBuffer text)
    {
        Span<char> characters = stackalloc char[LongestTime];
        if (
            !TryCopy(ref reader, characters, out var length)
            || !DateOnly.TryParseExact(
                characters[..length],
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var date
            )
        )
        {
            return false;
        }

        Format(date, "yyyy-MM-dd", text);
        return true;
    }

    private static bool TryReadTime(ref Utf8JsonReader reader, ByteBuffer text)
    {
        Span<char> characters = stackalloc char[LongestTime];
        if (
            !TryCopy(ref reader, characters, out var length)
            || !TimeOnly.TryParseExact(
                characters[..length],
                "HH:mm:ss.FFFFFFF",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var time
            )
        )
        {
            return false;
        }

        Format(time, "HH:mm:ss.ffffff", text);
        return true;
    }

    private static bool TryReadTimestamp(ref Utf8JsonReader reader, ByteBuffer text)
    {
        // Without an offset it is no instant: which one was meant, this machine's zone does not know.
        if (
            reader.TokenType != JsonTokenType.String
            || reader.ValueSpan.Length > LongestTime
            || !reader.TryGetDateTime(out var stated)
            || stated.Kind == DateTimeKind.Unspecified
            || !reader.TryGetDateTimeOffset(out var instant)
        )
        {
            return false;
        }

        Format(instant.UtcDateTime, "yyyy-MM-ddTHH:mm:ss.ffffffZ", text);
        return true;
    }

    private static bool TryCopy(ref Utf8JsonReader reader, scoped Span<char> characters, out int length)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > characters.Length)
        {
            length = 0;
            return false;
        }

        length = reader.CopyString(characters);
        return true;
    }

    private static bool IsWhole(ReadOnlySpan<byte> number) => number.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0;

    private static void Format<T>(T value, ReadOnlySpan<char> format, ByteBuffer text)
        where T : IUtf8SpanFormattable
    {
        if (!value.TryFormat(text.GetSpan(LongestTime), out var written, format, CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException($"{LongestTime} bytes do not hold a {typeof(T).Name}.");
        }

        text.Advance(written);
    }

    private static UnmaskableValueException NotOfType(string path, ScalarType type) =>
        new(EventFaults.ValueOutOfRange, $"{path} is no {Name(type.Kind)}, as the contract's logicalType says");

    private static string Name(ScalarKind kind) =>
        kind switch
        {
            ScalarKind.Int64 => "whole number of 64 bits",
            ScalarKind.Double => "number",
            ScalarKind.Boolean => "truth value",
            ScalarKind.Date => "date such as 2026-05-31",
            ScalarKind.Time => "time of day such as 23:59:00",
            ScalarKind.Timestamp => "timestamp with its offset such as 2026-05-31T12:00:00Z",
            _ => "single value",
        };
}
