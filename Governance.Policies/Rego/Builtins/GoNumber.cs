using System.Globalization;
using System.Numerics;

namespace Governance.Policies.Rego.Builtins;

/// <summary>Go's texts of floating-point numbers.</summary>
internal static class GoNumber
{
    /// <summary>The fewest digits that read back as the same number.</summary>
    /// <param name="number">Not negative.</param>
    /// <param name="from">The power of ten from which it is written with an exponent.</param>
    public static string Shortest(double number, int from)
    {
        var (digits, power) = Digits(number);
        return Write(digits, power, power < -4 || power >= from);
    }

    public static string General(double number, int precision)
    {
        precision = Math.Max(precision, 1);
        var (digits, power) = Split(number.ToString("E" + (precision - 1), CultureInfo.InvariantCulture));
        return Write(digits.TrimEnd('0') is { Length: > 0 } kept ? kept : "0", power, power < -4 || power >= precision);
    }

    public static string Fixed(double number, int precision) => Exact(number, precision);

    public static string Exponent(double number, int precision)
    {
        var (digits, power) = Split(number.ToString("E" + precision, CultureInfo.InvariantCulture));
        return WithExponent(digits, power);
    }

    private static (string Digits, int Power) Digits(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        if (number == 0)
        {
            return ("0", 0);
        }

        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = mark < 0 ? text : text[..mark];
        var shift = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), whole - leading - 1 + shift);
    }

    private static (string Digits, int Power) Split(string text)
    {
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        return (
            text[..mark].Replace(".", "", StringComparison.Ordinal),
            int.Parse(text.AsSpan(mark + 1), CultureInfo.InvariantCulture)
        );
    }

    private static string Write(string digits, int power, bool exponent)
    {
        if (exponent)
        {
            return WithExponent(digits, power);
        }

        if (power < 0)
        {
            return "0." + new string('0', -power - 1) + digits;
        }

        return digits.Length <= power + 1
            ? digits.PadRight(power + 1, '0')
            : digits[..(power + 1)] + "." + digits[(power + 1)..];
    }

    private static string WithExponent(string digits, int power) =>
        digits[..1]
        + (digits.Length > 1 ? "." + digits[1..] : "")
        + "e"
        + (power < 0 ? "-" : "+")
        + Math.Abs(power).ToString("00", CultureInfo.InvariantCulture);

    // Exactly: a double is a mantissa times a power of two.
    private static string Exact(double number, int precision)
    {
        if (!double.IsFinite(number))
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        var bits = BitConverter.DoubleToInt64Bits(number);
        var power = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = bits & 0xFFFFFFFFFFFFFL;
        if (power == 0)
        {
            power++;
        }
        else
        {
            mantissa |= 1L << 52;
        }

        power -= 1075;
        var scaled = mantissa * BigInteger.Pow(10, precision);
        BigInteger rounded;
        if (power >= 0)
        {
            rounded = scaled << power;
        }
        else
        {
            rounded = scaled >> -power;
            var rest = scaled - (rounded << -power);
            var half = BigInteger.One << (-power - 1);
            if (rest > half || (rest == half && !rounded.IsEven))
            {
                rounded++;
            }
        }

        var digits = rounded.ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        return precision == 0 ? digits : digits[..^precision] + "." + digits[^precision..];
    }
}
