using System.Globalization;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>
/// Reads the text forms of <see cref="Masking.Avro.ScalarKind"/>, and nothing beside them. Each fails rather than rounds, cuts or guesses.
/// </summary>
internal static class ScalarText
{
    private const long MicrosecondsPerDay = 86_400_000_000;
    private const int DateLength = 10;
    private const int FractionDigits = 6;
    private static readonly int s_epoch = new DateOnly(1970, 1, 1).DayNumber;

    public static bool TryInteger(ReadOnlySpan<byte> text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>A number, or NaN and the infinities by their names. One that is too large is none.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out value
        ) && (!double.IsInfinity(value) || IsInfinity(text));

    /// <summary>A single-precision number, as the double that has its value.</summary>
    public static bool TrySingle(ReadOnlySpan<byte> text, out double value)
    {
        var isRead = float.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out var single
        );
        value = single;
        return isRead && (!float.IsInfinity(single) || IsInfinity(text));
    }

    /// <summary>Whether it is an exact decimal of so many digits before and after the point.</summary>
    public static bool IsDecimal(ReadOnlySpan<byte> text, int precision, int scale)
    {
        var digits = text is [(byte)'-', ..] ? text[1..] : text;
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var part = point < 0 ? default : digits[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && part.IsEmpty) || !AreDigits(whole) || !AreDigits(part))
        {
            return false;
        }

        return whole.TrimStart((byte)'0').Length <= precision - scale && part.TrimEnd((byte)'0').Length <= scale;
    }

    /// <summary><c>yyyy-MM-dd</c>, as days since 1970.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (
            text.Length != DateLength
            || text[4] != '-'
            || text[7] != '-'
            || !TryDigits(text[..4], out var year)
            || !TryDigits(text[5..7], out var month)
            || !TryDigits(text[8..], out var day)
            || year < 1
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
        )
        {
            return false;
        }

        days = new DateOnly(year, month, day).DayNumber - s_epoch;
        return true;
    }

    /// <summary><c>HH:mm:ss.ffffff</c>, as microseconds since midnight; the fraction may be shorter or missing.</summary>
    public static bool TryTime(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (
            text.Length < 8
            || text[2] != ':'
            || text[5] != ':'
            || !TryDigits(text[..2], out var hours)
            || !TryDigits(text[3..5], out var minutes)
            || !TryDigits(text[6..8], out var seconds)
            || hours > 23
            || minutes > 59
            || seconds > 59
        )
        {
            return false;
        }

        var fraction = 0;
        if (text.Length > 8)
        {
            var digits = text[9..];
            if (text[8] != '.' || digits.Length is 0 or > FractionDigits || !TryDigits(digits, out fraction))
            {
                return false;
            }

            for (var missing = digits.Length; missing < FractionDigits; missing++)
            {
                fraction *= 10;
            }
        }

        microseconds = ((((hours * 60L) + minutes) * 60) + seconds) * 1_000_000 + fraction;
        return true;
    }

    /// <summary><c>yyyy-MM-ddTHH:mm:ss.ffffff</c>, as microseconds since 1970.</summary>
    public static bool TryDateTime(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (
            text.Length <= DateLength
            || text[DateLength] != 'T'
            || !TryDate(text[..DateLength], out var days)
            || !TryTime(text[(DateLength + 1)..], out var time)
        )
        {
            return false;
        }

        microseconds = (days * MicrosecondsPerDay) + time;
        return true;
    }

    /// <summary><c>yyyy-MM-ddTHH:mm:ss.ffffffZ</c>, as microseconds since 1970.</summary>
    public static bool TryTimestamp(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        return text is [.., (byte)'Z'] && TryDateTime(text[..^1], out microseconds);
    }

    /// <summary>A UUID in its canonical form; upper-case digits become lower-case ones.</summary>
    public static bool TryUuid(ReadOnlySpan<byte> text, Span<byte> canonical)
    {
        if (text.Length != canonical.Length)
        {
            return false;
        }

        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (at is 8 or 13 or 18 or 23 ? letter != '-' : !char.IsAsciiHexDigit((char)letter))
            {
                return false;
            }

            canonical[at] = letter is >= (byte)'A' and <= (byte)'F' ? (byte)(letter | 0x20) : letter;
        }

        return true;
    }

    private static bool IsInfinity(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("Infinity"u8) || text.SequenceEqual("-Infinity"u8);

    private static bool AreDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        if (!AreDigits(text))
        {
            return false;
        }

        foreach (var digit in text)
        {
            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
