using System.Globalization;
using System.Numerics;

namespace Governance.Policies.Rego.Values;

/// <summary>A decimal number without loss: a mantissa without trailing zeros, times a power of ten.</summary>
internal readonly record struct ExactDecimal : IComparable<ExactDecimal>
{
    /// <summary>Beyond this many digits a number is refused: computing with it would cost more than a decision may.</summary>
    public const int MostDigits = 4096;

    public ExactDecimal(BigInteger mantissa, int exponent)
    {
        if (mantissa.IsZero)
        {
            (Mantissa, Exponent) = (BigInteger.Zero, 0);
            return;
        }

        while (true)
        {
            var quotient = BigInteger.DivRem(mantissa, 10, out var rest);
            if (!rest.IsZero)
            {
                break;
            }

            mantissa = quotient;
            exponent++;
        }

        (Mantissa, Exponent) = (mantissa, exponent);
    }

    public BigInteger Mantissa { get; }
    public int Exponent { get; }
    public bool IsInteger => Exponent >= 0;

    public static ExactDecimal Of(long value) => new(value, 0);

    public static ExactDecimal? Parse(string text)
    {
        if (text.Length == 0 || text.Length > MostDigits)
        {
            return null;
        }

        var at = text[0] is '-' or '+' ? 1 : 0;
        var digits = new System.Text.StringBuilder(text.Length);
        var exponent = 0L;
        var seen = false;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            digits.Append(text[at]);
            seen = true;
        }

        if (at < text.Length && text[at] == '.')
        {
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
                digits.Append(text[at]);
                exponent--;
                seen = true;
            }
        }

        if (!seen)
        {
            return null;
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            if (
                !int.TryParse(
                    text.AsSpan(at + 1),
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out var power
                )
            )
            {
                return null;
            }

            exponent += power;
            at = text.Length;
        }

        if (at != text.Length || Math.Abs(exponent) > MostDigits)
        {
            return null;
        }

        var mantissa = BigInteger.Parse(digits.ToString(), CultureInfo.InvariantCulture);
        return new ExactDecimal(text[0] == '-' ? -mantissa : mantissa, (int)exponent);
    }

    public bool TryToInt64(out long value)
    {
        value = 0;
        if (!IsInteger || Exponent > 19)
        {
            return false;
        }

        var whole = ToInteger();
        if (whole < long.MinValue || whole > long.MaxValue)
        {
            return false;
        }

        value = (long)whole;
        return true;
    }

    /// <summary>The integer; call it only where <see cref="IsInteger"/>.</summary>
    public BigInteger ToInteger() => Mantissa * BigInteger.Pow(10, Exponent);

    public static bool operator <(ExactDecimal left, ExactDecimal right) => left.CompareTo(right) < 0;

    public static bool operator >(ExactDecimal left, ExactDecimal right) => left.CompareTo(right) > 0;

    public static bool operator <=(ExactDecimal left, ExactDecimal right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ExactDecimal left, ExactDecimal right) => left.CompareTo(right) >= 0;

    public int CompareTo(ExactDecimal other)
    {
        if (Mantissa.Sign != other.Mantissa.Sign)
        {
            return Mantissa.Sign.CompareTo(other.Mantissa.Sign);
        }

        var shared = Math.Min(Exponent, other.Exponent);
        return (Mantissa * BigInteger.Pow(10, Exponent - shared)).CompareTo(
            other.Mantissa * BigInteger.Pow(10, other.Exponent - shared)
        );
    }
}
