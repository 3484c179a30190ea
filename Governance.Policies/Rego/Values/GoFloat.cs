using System.Globalization;
using System.Numerics;
using System.Text;

namespace Governance.Policies.Rego.Values;

/// <summary>
/// Go's <c>big.Float</c> with its default precision of 64 bits: what OPA computes with beyond small integers. Rounded to the nearest,
/// ties to even, and printed as the shortest decimal that reads back as the same value.
/// </summary>
internal readonly struct GoFloat
{
    private const int Precision = 64;

    // The value is mantissa * 2^exponent; the mantissa has 64 bits, or is zero.
    private readonly BigInteger mantissa;
    private readonly int exponent;

    private GoFloat(BigInteger mantissa, int exponent) => (this.mantissa, this.exponent) = (mantissa, exponent);

    public int Sign => mantissa.Sign;

    public static GoFloat Of(long value) => Round(value, BigInteger.One);

    public static GoFloat Of(BigInteger value) => Round(value, BigInteger.One);

    public static GoFloat Of(ExactDecimal value) =>
        value.Exponent >= 0
            ? Round(value.Mantissa * BigInteger.Pow(10, value.Exponent), BigInteger.One)
            : Round(value.Mantissa, BigInteger.Pow(10, -value.Exponent));

    public static GoFloat operator +(GoFloat left, GoFloat right)
    {
        var shared = Math.Min(left.exponent, right.exponent);
        return Scaled(
            (left.mantissa << (left.exponent - shared)) + (right.mantissa << (right.exponent - shared)),
            shared
        );
    }

    public static GoFloat operator -(GoFloat value) => new(-value.mantissa, value.exponent);

    public static GoFloat operator -(GoFloat left, GoFloat right) => left + -right;

    public static GoFloat operator *(GoFloat left, GoFloat right) =>
        Scaled(left.mantissa * right.mantissa, left.exponent + right.exponent);

    public static GoFloat operator /(GoFloat left, GoFloat right)
    {
        var quotient = Round(left.mantissa, right.mantissa);
        return new GoFloat(quotient.mantissa, quotient.exponent + left.exponent - right.exponent);
    }

    public GoFloat Abs() => new(BigInteger.Abs(mantissa), exponent);

    /// <summary>The integer towards zero.</summary>
    public BigInteger Truncate() =>
        exponent >= 0 ? mantissa << exponent : BigInteger.Divide(mantissa, BigInteger.One << -exponent);

    public bool IsInteger => exponent >= 0 || (mantissa & ((BigInteger.One << -exponent) - 1)).IsZero;

    public double ToDouble() => double.Parse(ToText(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Go's <c>Text('f', -1)</c> of integers and <c>Text('g', -1)</c> of all else.</summary>
    public string ToText()
    {
        if (mantissa.IsZero)
        {
            return "0";
        }

        var (digits, point) = Shortest();
        var text = new StringBuilder();
        if (mantissa.Sign < 0)
        {
            text.Append('-');
        }

        var power = point - 1;
        if (!IsInteger && (power < -4 || power >= 6))
        {
            text.Append(digits[0]);
            if (digits.Length > 1)
            {
                text.Append('.').Append(digits, 1, digits.Length - 1);
            }

            text.Append('e').Append(power < 0 ? '-' : '+');
            return text.Append(Math.Abs(power).ToString("00", CultureInfo.InvariantCulture)).ToString();
        }

        if (point <= 0)
        {
            text.Append("0.").Append('0', -point).Append(digits);
        }
        else if (point >= digits.Length)
        {
            text.Append(digits).Append('0', point - digits.Length);
        }
        else
        {
            text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point);
        }

        return text.ToString();
    }

    private static GoFloat Scaled(BigInteger value, int exponent)
    {
        var rounded = Round(value, BigInteger.One);
        return new GoFloat(rounded.mantissa, rounded.mantissa.IsZero ? 0 : rounded.exponent + exponent);
    }

    private static GoFloat Round(BigInteger numerator, BigInteger denominator)
    {
        if (numerator.IsZero)
        {
            return default;
        }

        var negative = numerator.Sign * denominator.Sign < 0;
        numerator = BigInteger.Abs(numerator);
        denominator = BigInteger.Abs(denominator);

        // Two bits more than are kept, so that what is cut off is known to be below, at or above half.
        var shift = Precision + 2 - (int)(numerator.GetBitLength() - denominator.GetBitLength());
        if (shift > 0)
        {
            numerator <<= shift;
        }
        else
        {
            denominator <<= -shift;
        }

        var quotient = BigInteger.DivRem(numerator, denominator, out var rest);
        var excess = (int)quotient.GetBitLength() - Precision;
        var cut = quotient & ((BigInteger.One << excess) - 1);
        var half = BigInteger.One << (excess - 1);
        var kept = quotient >> excess;
        var beyond = cut > half || (cut == half && (!rest.IsZero || !kept.IsEven));
        if (beyond)
        {
            kept += 1;
            if (kept.GetBitLength() > Precision)
            {
                kept >>= 1;
                excess++;
            }
        }

        return new GoFloat(negative ? -kept : kept, excess - shift);
    }

    // Go's roundShortest: the fewest digits that lie between the two halfway points to the neighbours.
    private (string Digits, int Point) Shortest()
    {
        var doubled = BigInteger.Abs(mantissa) << 1;
        var inclusive = mantissa.IsEven;
        var (middle, point) = Decimal(doubled, exponent - 1);
        var (lower, lowerPoint) = Decimal(doubled - 1, exponent - 1);
        var (upper, upperPoint) = Decimal(doubled + 1, exponent - 1);
        if (upperPoint != point || lowerPoint != point)
        {
            // A power of ten lies between: aligned, the digits can be compared one by one.
            var most = Math.Max(upperPoint, Math.Max(point, lowerPoint));
            middle = new string('0', most - point) + middle;
            lower = new string('0', most - lowerPoint) + lower;
            upper = new string('0', most - upperPoint) + upper;
            point = most;
        }

        for (var i = 0; i < middle.Length; i++)
        {
            var low = i < lower.Length ? lower[i] : '0';
            var high = i < upper.Length ? upper[i] : '0';
            var digit = middle[i];
            var down = low != digit || (inclusive && i + 1 == lower.Length);
            var up = digit != high && (inclusive || digit + 1 < high || i + 1 < upper.Length);
            if (down && up)
            {
                return Trim(RoundAt(middle, i + 1), point, middle.Length);
            }

            if (down)
            {
                return Trim(middle[..(i + 1)], point, middle.Length);
            }

            if (up)
            {
                return Trim(Up(middle, i + 1), point, middle.Length);
            }
        }

        return Trim(middle, point, middle.Length);
    }

    private static (string Digits, int Point) Decimal(BigInteger value, int power)
    {
        if (power >= 0)
        {
            var whole = (value << power).ToString(CultureInfo.InvariantCulture);
            return (whole.TrimEnd('0'), whole.Length);
        }

        var digits = (value * BigInteger.Pow(5, -power)).ToString(CultureInfo.InvariantCulture);
        return (digits.TrimEnd('0'), digits.Length + power);
    }

    private static string RoundAt(string digits, int count)
    {
        if (count >= digits.Length)
        {
            return digits;
        }

        var up =
            digits[count] == '5' && count + 1 == digits.Length
                ? (digits[count - 1] - '0') % 2 != 0
                : digits[count] >= '5';
        return up ? Up(digits, count) : digits[..count];
    }

    private static string Up(string digits, int count)
    {
        if (count >= digits.Length)
        {
            return digits;
        }

        var kept = BigInteger.Parse(digits[..count], CultureInfo.InvariantCulture) + 1;
        var text = kept.ToString(CultureInfo.InvariantCulture).PadLeft(count, '0');
        // One digit more: marked, so that the point moves with it.
        return text.Length > count ? "+" + text : text;
    }

    private static (string Digits, int Point) Trim(string digits, int point, int _)
    {
        if (digits[0] == '+')
        {
            (digits, point) = (digits[1..], point + 1);
        }

        var leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits[leading..].TrimEnd('0');
        return (digits, point - leading);
    }
}
