using System.Text;
using System.Text.RegularExpressions;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>glob.*</c>: <c>*</c> and <c>?</c> stop at delimiters, <c>**</c> does not.</summary>
internal static class Globs
{
    public static IEnumerable<Builtin> All =>
        [
            new("glob.match", 3, Match),
            new(
                "glob.quote_meta",
                1,
                (call, values) =>
                    call.Text(values, 0, out var text, out var failed)
                        ? Operands.Text(
                            string.Concat(
                                text.Select(unit =>
                                    @"*?\[]{}".Contains(unit, StringComparison.Ordinal) ? "\\" + unit : unit.ToString()
                                )
                            )
                        )
                        : failed
            ),
        ];

    private static RegoValue? Match(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var pattern, out var failed) || !call.Text(values, 2, out var text, out failed))
        {
            return failed;
        }

        var delimiters = "";
        if (values[1] is not NullValue)
        {
            if (!call.Array(values, 1, out var given, out failed))
            {
                return call.Mismatch(2, "one of {array, null}", values[1]);
            }

            foreach (var item in given.Items)
            {
                if (item is not StringValue { Text.Length: 1 } one)
                {
                    return call.TypeError("operand 2 must be an array of single characters");
                }

                delimiters += one.Text;
            }

            delimiters = given.Items.Length == 0 ? "." : delimiters;
        }

        call.State.Charge(1 + (text.Length / 16) + (pattern.Length / 16));
        if (text.Concat(pattern).Any(char.IsSurrogate))
        {
            throw call.Unsupported("characters outside of the basic plane");
        }

        var regex = (Regex?)
            call.State.Remember(
                ("glob.match", new ArrayValue([values[0], new StringValue(delimiters)])),
                () =>
                    Translate(pattern, delimiters) is { } translated
                        ? new Regex(
                            translated,
                            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline,
                            TimeSpan.FromSeconds(1)
                        )
                        : null
            );
        return regex is null
            ? call.Fail($"input:{pattern}, the input provided is invalid")
            : BoolValue.Of(regex.IsMatch(text));
    }

    private static string? Translate(string pattern, string delimiters)
    {
        var single = delimiters.Length == 0 ? "." : "[^" + string.Concat(delimiters.Select(Code)) + "]";
        var made = new StringBuilder(@"\A");
        var open = 0;
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '\\':
                    if (++at >= pattern.Length)
                    {
                        return null;
                    }

                    made.Append(Code(pattern[at]));
                    break;
                case '*' when at + 1 < pattern.Length && pattern[at + 1] == '*':
                    while (at + 1 < pattern.Length && pattern[at + 1] == '*')
                    {
                        at++;
                    }

                    made.Append(".*");
                    break;
                case '*':
                    made.Append(single).Append('*');
                    break;
                case '?':
                    made.Append(single);
                    break;
                case '{':
                    open++;
                    made.Append("(?:");
                    break;
                case '}':
                    if (open-- == 0)
                    {
                        return null;
                    }

                    made.Append(')');
                    break;
                case ',' when open > 0:
                    made.Append('|');
                    break;
                case '[':
                    var close = pattern.IndexOf(']', at + 1);
                    if (close < 0 || Class(pattern[(at + 1)..close]) is not { } own)
                    {
                        return null;
                    }

                    made.Append(own);
                    at = close;
                    break;
                case ']':
                    return null;
                default:
                    made.Append(Code(pattern[at]));
                    break;
            }
        }

        return open == 0 ? made.Append(@"\z").ToString() : null;
    }

    // One range, or a list of characters.
    private static string? Class(string inner)
    {
        var negated = inner.StartsWith('!');
        inner = negated ? inner[1..] : inner;
        if (inner.Length == 0)
        {
            return null;
        }

        var start = negated ? "[^" : "[";
        if (inner.Length == 3 && inner[1] == '-')
        {
            return inner[0] > inner[2] ? null : $"{start}{Code(inner[0])}-{Code(inner[2])}]";
        }

        return inner.Contains('-', StringComparison.Ordinal) || inner.Contains('\\', StringComparison.Ordinal)
            ? null
            : start + string.Concat(inner.Select(Code)) + "]";
    }

    private static string Code(char unit) => FormattableString.Invariant($"\\u{(int)unit:X4}");
}
