using System.Globalization;
using System.Numerics;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>units.parse</c> and <c>units.parse_bytes</c>: 10K, 10Ki, 10kb, 10MiB.</summary>
internal static class Units
{
    private static readonly string[] Names = ["", "k", "m", "g", "t", "p", "e"];

    public static IEnumerable<Builtin> All =>
        [
            new("units.parse", 1, (call, values) => Parse(call, values, bytes: false)),
            new("units.parse_bytes", 1, (call, values) => Parse(call, values, bytes: true)),
        ];

    private static RegoValue? Parse(BuiltinCall call, RegoValue[] values, bool bytes)
    {
        if (!call.Text(values, 0, out var given, out var failed))
        {
            return failed;
        }

        var text = given.Replace("\"", "", StringComparison.Ordinal);
        if (text.Contains(' ', StringComparison.Ordinal))
        {
            return call.Fail("spaces not allowed in resource strings");
        }

        var length = NumberLength(text);
        if (length == 0)
        {
            return call.Fail(bytes ? "no byte amount provided" : "no amount provided");
        }

        var scale = Scale(text[length..], bytes);
        if (scale is null)
        {
            return call.Fail(
                bytes ? $"byte unit {text[length..]} not recognized" : $"unit {text[length..]} not recognized"
            );
        }

        if (ExactDecimal.Parse(text[..length]) is not { } number)
        {
            return call.Fail(bytes ? "could not parse byte amount to a number" : "could not parse amount to a number");
        }

        var (times, dividedBy) = scale.Value;
        var made = new ExactDecimal(number.Mantissa * times, number.Exponent - (dividedBy == 1000 ? 3 : 0));
        if (bytes)
        {
            return NumberValue.Of(
                made.Exponent >= 0
                    ? made.ToInteger()
                    : BigInteger.Divide(made.Mantissa, BigInteger.Pow(10, -made.Exponent))
            );
        }

        return made.IsInteger ? NumberValue.Of(made.ToInteger())
            : NumberValue.Parse(
                made.Mantissa.ToString(CultureInfo.InvariantCulture)
                    + "e"
                    + made.Exponent.ToString(CultureInfo.InvariantCulture)
            )
                is { } exact
                ? Plain(exact)
            : call.Fail("could not parse amount to a number");
    }

    // Written out, as OPA has it.
    private static NumberValue Plain(NumberValue number)
    {
        var exact = number.Exact;
        var digits = BigInteger
            .Abs(exact.Mantissa)
            .ToString(CultureInfo.InvariantCulture)
            .PadLeft(-exact.Exponent + 1, '0');
        var text = digits[..^-exact.Exponent] + "." + digits[^-exact.Exponent..];
        return NumberValue.Parse(exact.Mantissa.Sign < 0 ? "-" + text : text)!;
    }

    private static int NumberLength(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var unit = text[at];
            var exponent =
                unit is 'e' or 'E'
                && at > 0
                && (
                    (at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))
                    || (at + 2 < text.Length && text[at + 1] is '-' or '+' && char.IsAsciiDigit(text[at + 2]))
                );
            if (exponent)
            {
                at += text[at + 1] is '-' or '+' ? 2 : 1;
            }
            else if (char.IsAsciiDigit(unit) || unit == '.' || (unit == '-' && at == 0))
            {
                at++;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static (BigInteger Times, int DividedBy)? Scale(string unit, bool bytes)
    {
        // Only of amounts without bytes, m is a thousandth, and M a million.
        if (!bytes && unit == "m")
        {
            return (1, 1000);
        }

        unit = unit.ToLowerInvariant();
        if (bytes && unit.EndsWith('b'))
        {
            unit = unit[..^1];
        }

        var binary = unit.EndsWith('i');
        var power = Array.IndexOf(Names, binary ? unit[..^1] : unit);
        return power < 0 || (binary && power == 0) ? null : (BigInteger.Pow(binary ? 1024 : 1000, power), 1);
    }
}
