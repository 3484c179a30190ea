using System.Globalization;
using System.Numerics;
using System.Text;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary>Go's <c>fmt.Sprintf</c>, of what OPA hands to it: integers, floating-point numbers and strings.</summary>
internal static class GoFormat
{
    private const int Widest = 10_000;

    public static string Format(string format, RegoValue[] arguments)
    {
        var text = new StringBuilder();
        var next = 0;
        var reordered = false;
        for (var at = 0; at < format.Length; )
        {
            if (format[at] != '%')
            {
                text.Append(format[at++]);
                continue;
            }

            at++;
            var flags = new Flags();
            for (; at < format.Length && "+-# 0".Contains(format[at], StringComparison.Ordinal); at++)
            {
                flags.Add(format[at]);
            }

            Index(format, arguments, ref at, ref next, ref reordered);
            flags.Width = Size(format, arguments, ref at, ref next);
            if (at < format.Length && format[at] == '.')
            {
                at++;
                Index(format, arguments, ref at, ref next, ref reordered);
                flags.Precision = Size(format, arguments, ref at, ref next) ?? 0;
            }

            Index(format, arguments, ref at, ref next, ref reordered);
            if (at >= format.Length)
            {
                text.Append("%!(NOVERB)");
                break;
            }

            var verb =
                char.IsHighSurrogate(format[at]) && at + 1 < format.Length
                    ? format.Substring(at, 2)
                    : format[at].ToString();
            at += verb.Length;
            if (verb == "%")
            {
                text.Append('%');
            }
            else if (next < 0 || next >= arguments.Length)
            {
                text.Append("%!").Append(verb).Append(next < 0 ? "(BADINDEX)" : "(MISSING)");
                next = Math.Max(next, 0);
            }
            else
            {
                text.Append(One(verb, arguments[next++], flags));
            }
        }

        if (!reordered && next < arguments.Length)
        {
            text.Append("%!(EXTRA ");
            text.AppendJoin(", ", arguments.Skip(next).Select(one => $"{TypeOf(one)}={One("v", one, new Flags())}"));
            text.Append(')');
        }

        return text.ToString();
    }

    private static void Index(string format, RegoValue[] arguments, ref int at, ref int next, ref bool reordered)
    {
        if (at >= format.Length || format[at] != '[')
        {
            return;
        }

        var close = format.IndexOf(']', at);
        if (close < 0)
        {
            return;
        }

        reordered = true;
        next =
            int.TryParse(
                format.AsSpan(at + 1, close - at - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var index
            )
            && index >= 1
            && index <= arguments.Length
                ? index - 1
                : -1;
        at = close + 1;
    }

    private static int? Size(string format, RegoValue[] arguments, ref int at, ref int next)
    {
        if (at < format.Length && format[at] == '*')
        {
            at++;
            return next >= 0 && next < arguments.Length && arguments[next++] is NumberValue { IsInt64: true } number
                ? (int)Math.Clamp(number.Int64, -Widest, Widest)
                : null;
        }

        var start = at;
        while (at < format.Length && char.IsAsciiDigit(format[at]))
        {
            at++;
        }

        return at == start ? null
            : int.TryParse(
                format.AsSpan(start, at - start),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var size
            )
                ? Math.Min(size, Widest)
            : Widest;
    }

    private static string TypeOf(RegoValue value) =>
        value is NumberValue number
            ? number.IsWrittenAsInt64
                ? "int"
                : IsBigInteger(number)
                    ? "*big.Int"
                    : "float64"
            : "string";

    private static bool IsBigInteger(NumberValue number) =>
        !number.IsInt64 && number.Text.AsSpan().TrimStart('-').IndexOfAnyExceptInRange('0', '9') < 0;

    private static string One(string verb, RegoValue value, Flags flags)
    {
        switch (value)
        {
            case NumberValue number when number.IsWrittenAsInt64:
                return Integer(verb, number.Int64, value, flags);
            case NumberValue number when IsBigInteger(number):
                return Integer(verb == "s" ? "d" : verb, number.Exact.ToInteger(), value, flags);
            case NumberValue number when double.IsInfinity(number.ToDouble()):
                return Text(verb, number.Text, value, flags);
            case NumberValue number:
                return Real(verb, number.ToDouble(), value, flags);
            case StringValue own:
                return Text(verb, own.Text, value, flags);
            default:
                return Text(verb, value.ToString(), value, flags);
        }
    }

    private static string Bad(string verb, RegoValue value) =>
        $"%!{verb}({TypeOf(value)}={(value is NumberValue number ? Plain(number) : value.AsText() ?? value.ToString())})";

    private static string Plain(NumberValue number) => One("v", number, new Flags());

    private static string Text(string verb, string own, RegoValue value, Flags flags)
    {
        switch (verb)
        {
            case "s" or "v" when verb == "s" || !flags.Sharp:
                break;
            case "q" or "v":
                var quoted = new StringBuilder();
                if (verb == "q" && flags.Sharp && !own.Contains('`', StringComparison.Ordinal))
                {
                    quoted.Append('`').Append(own).Append('`');
                }
                else
                {
                    RegoText.Quote(quoted, own);
                }

                return Pad(quoted.ToString(), flags with { Zero = false });
            case "x" or "X":
                var bytes = Encoding.UTF8.GetBytes(own);
                var hex = Convert.ToHexString(bytes);
                return Pad(verb == "x" ? hex.ToLowerInvariant() : hex, flags with { Zero = false });
            default:
                return Bad(verb, value);
        }

        if (flags.Precision is { } most)
        {
            own = string.Concat(own.EnumerateRunes().Take(most));
        }

        return Pad(own, flags);
    }

    private static string Integer(string verb, BigInteger number, RegoValue value, Flags flags)
    {
        string digits;
        switch (verb)
        {
            case "d" or "v":
                digits = Arithmetic.ToBase(BigInteger.Abs(number), 10);
                break;
            case "b":
                digits = (flags.Sharp ? "0b" : "") + Arithmetic.ToBase(BigInteger.Abs(number), 2);
                break;
            case "o" or "O":
                digits =
                    (
                        verb == "O" ? "0o"
                        : flags.Sharp ? "0"
                        : ""
                    ) + Arithmetic.ToBase(BigInteger.Abs(number), 8);
                break;
            case "x":
                digits = (flags.Sharp ? "0x" : "") + Arithmetic.ToBase(BigInteger.Abs(number), 16);
                break;
            case "X":
                digits = (flags.Sharp ? "0X" : "") + Arithmetic.ToBase(BigInteger.Abs(number), 16).ToUpperInvariant();
                break;
            case "c":
                return Pad(Character(number), flags);
            case "q":
                var quoted = new StringBuilder();
                RegoText.Quote(quoted, Character(number));
                return Pad("'" + quoted.ToString()[1..^1] + "'", flags);
            case "U":
                return Pad("U+" + Arithmetic.ToBase(number, 16).ToUpperInvariant().PadLeft(4, '0'), flags);
            default:
                return Bad(verb, value);
        }

        if (flags.Precision is { } least)
        {
            digits = least == 0 && number.IsZero ? "" : digits.PadLeft(least, '0');
        }

        var sign =
            number.Sign < 0 ? "-"
            : flags.Plus ? "+"
            : flags.Space ? " "
            : "";
        return Signed(sign, digits, flags with { Zero = flags.Zero && flags.Precision is null });
    }

    private static string Character(BigInteger number) =>
        number >= 0 && number <= 0x10FFFF && Rune.IsValid((int)number) ? new Rune((int)number).ToString() : "\ufffd";

    private static string Real(string verb, double number, RegoValue value, Flags flags)
    {
        var digits = verb switch
        {
            "v" => GoNumber.Shortest(Math.Abs(number), 21),
            "g" or "G" when flags.Precision is null => GoNumber.Shortest(Math.Abs(number), 21),
            "g" or "G" => GoNumber.General(Math.Abs(number), flags.Precision.Value),
            "f" or "F" => GoNumber.Fixed(Math.Abs(number), flags.Precision ?? 6),
            "e" or "E" => GoNumber.Exponent(Math.Abs(number), flags.Precision ?? 6),
            _ => null,
        };
        if (digits is null)
        {
            return Bad(verb, value);
        }

        if (verb is "G" or "E")
        {
            digits = digits.ToUpperInvariant();
        }

        return Signed(
            number < 0 ? "-"
                : flags.Plus ? "+"
                : flags.Space ? " "
                : "",
            digits,
            flags
        );
    }

    private static string Signed(string sign, string digits, Flags flags) =>
        flags is { Zero: true, Minus: false, Width: { } width }
            ? sign + digits.PadLeft(Math.Max(0, width - sign.Length), '0')
            : Pad(sign + digits, flags with { Zero = false });

    private static string Pad(string text, Flags flags)
    {
        var missing = Math.Abs(flags.Width ?? 0) - text.EnumerateRunes().Count();
        if (missing <= 0)
        {
            return text;
        }

        return flags.Minus || flags.Width < 0 ? text + new string(' ', missing)
            : flags.Zero ? new string('0', missing) + text
            : new string(' ', missing) + text;
    }

    private record struct Flags
    {
        public bool Plus { get; set; }
        public bool Minus { get; set; }
        public bool Sharp { get; set; }
        public bool Space { get; set; }
        public bool Zero { get; set; }
        public int? Width { get; set; }
        public int? Precision { get; set; }

        public void Add(char flag)
        {
            switch (flag)
            {
                case '+':
                    Plus = true;
                    break;
                case '-':
                    Minus = true;
                    break;
                case '#':
                    Sharp = true;
                    break;
                case ' ':
                    Space = true;
                    break;
                default:
                    Zero = true;
                    break;
            }
        }
    }
}
