using System.Buffers;

namespace Governance.Masking.Methods;

/// <summary>Dates in the extended form of ISO 8601 in the years 1 to 9999, and whether a time follows.</summary>
internal static class IsoDate
{
    /// <summary>How many bytes a date has: <c>yyyy-MM-dd</c>.</summary>
    public const int Length = 10;

    /// <summary>Reads the date at the start of a text.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out DateOnly date)
    {
        date = default;
        if (
            text.Length < Length
            || text[4] != '-'
            || text[7] != '-'
            || !TryNumber(text[..4], out var year)
            || !TryNumber(text[5..7], out var month)
            || !TryNumber(text[8..10], out var day)
            || year < 1
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
        )
        {
            return false;
        }

        date = new DateOnly(year, month, day);
        return true;
    }

    /// <summary>Writes a date.</summary>
    public static void Write(DateOnly date, IBufferWriter<byte> text)
    {
        var span = text.GetSpan(Length);
        Digits(span[..4], date.Year);
        span[4] = (byte)'-';
        Digits(span[5..7], date.Month);
        span[7] = (byte)'-';
        Digits(span[8..10], date.Day);
        text.Advance(Length);
    }

    /// <summary>
    /// Whether the rest of a text is a time of day and nothing else: <c>T</c> or a space, <c>HH:mm</c>, perhaps seconds and their fraction,
    /// perhaps <c>Z</c> or an offset. Free text after a date must not pass with it.
    /// </summary>
    public static bool IsTime(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || !TryTake(ref text, 1, ":00"u8))
        {
            return false;
        }

        if (!text.IsEmpty && text[0] == ':')
        {
            if (text.Length < 3 || !TryNumber(text[1..3], out var second) || second > 60)
            {
                return false;
            }

            text = text[3..];
            if (!text.IsEmpty && text[0] is (byte)'.' or (byte)',')
            {
                var digits = 1;
                while (digits < text.Length && char.IsAsciiDigit((char)text[digits]))
                {
                    digits++;
                }

                if (digits is 1 or > 10)
                {
                    return false;
                }

                text = text[digits..];
            }
        }

        return text.IsEmpty
            || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z')
            || (
                text[0] is (byte)'+' or (byte)'-'
                && (TryTake(ref text, 1, ":00"u8) || TryTake(ref text, 1, "00"u8))
                && text.IsEmpty
            );
    }

    // Hours, and minutes in the form given, after so many bytes.
    private static bool TryTake(ref ReadOnlySpan<byte> text, int skipped, ReadOnlySpan<byte> minutes)
    {
        var length = skipped + 2 + minutes.Length;
        if (
            text.Length < length
            || (minutes.Length == 3 && text[skipped + 2] != ':')
            || !TryNumber(text.Slice(skipped, 2), out var hour)
            || !TryNumber(text.Slice(length - 2, 2), out var minute)
            || hour > 24
            || minute > 59
        )
        {
            return false;
        }

        text = text[length..];
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            number = (number * 10) + digit - '0';
        }

        return true;
    }

    private static void Digits(Span<byte> destination, int number)
    {
        for (var index = destination.Length - 1; index >= 0; index--)
        {
            destination[index] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
