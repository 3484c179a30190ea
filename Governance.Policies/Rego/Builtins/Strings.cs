using System.Text;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary>Strings. Positions count characters (code points), as in Go.</summary>
internal static class Strings
{
    // What Go's unicode.IsSpace finds to be space.
    private static readonly char[] Space =
    [
        '\t',
        '\n',
        '\v',
        '\f',
        '\r',
        ' ',
        '\u0085',
        '\u00a0',
        '\u1680',
        '\u2000',
        '\u2001',
        '\u2002',
        '\u2003',
        '\u2004',
        '\u2005',
        '\u2006',
        '\u2007',
        '\u2008',
        '\u2009',
        '\u200a',
        '\u2028',
        '\u2029',
        '\u202f',
        '\u205f',
        '\u3000',
    ];

    public static IEnumerable<Builtin> All =>
        [
            new("concat", 2, Concat),
            Compare("startswith", (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
            Compare("endswith", (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
            Compare("contains", (text, part) => text.Contains(part, StringComparison.Ordinal)),
            new("lower", 1, (call, values) => Map(call, values, text => text.ToLowerInvariant())),
            new("upper", 1, (call, values) => Map(call, values, text => text.ToUpperInvariant())),
            new("trim_space", 1, (call, values) => Map(call, values, text => text.Trim(Space))),
            new("trim", 2, (call, values) => Cut(call, values, (text, set) => End(Start(text, set), set))),
            new("trim_left", 2, (call, values) => Cut(call, values, Start)),
            new("trim_right", 2, (call, values) => Cut(call, values, End)),
            new(
                "trim_prefix",
                2,
                (call, values) =>
                    Cut(
                        call,
                        values,
                        (text, part) => text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : text
                    )
            ),
            new(
                "trim_suffix",
                2,
                (call, values) =>
                    Cut(
                        call,
                        values,
                        (text, part) =>
                            part.Length > 0 && text.EndsWith(part, StringComparison.Ordinal)
                                ? text[..^part.Length]
                                : text
                    )
            ),
            new("split", 2, Split),
            new("replace", 3, Replace),
            new("strings.replace_n", 2, ReplaceMany),
            new("substring", 3, Substring),
            new("indexof", 2, IndexOf),
            new("indexof_n", 2, IndexesOf),
            new(
                "strings.reverse",
                1,
                (call, values) => Map(call, values, text => string.Concat(text.EnumerateRunes().Reverse()))
            ),
            new("strings.count", 2, Count),
            new(
                "strings.any_prefix_match",
                2,
                (call, values) =>
                    AnyMatch(call, values, (text, part) => text.StartsWith(part, StringComparison.Ordinal))
            ),
            new(
                "strings.any_suffix_match",
                2,
                (call, values) => AnyMatch(call, values, (text, part) => text.EndsWith(part, StringComparison.Ordinal))
            ),
            new(
                "sprintf",
                2,
                (call, values) =>
                    !call.Text(values, 0, out var format, out var failed)
                    || !call.Array(values, 1, out var arguments, out failed)
                        ? failed
                        : Printed(call, GoFormat.Format(format, arguments.Items))
            ),
        ];

    private static Builtin Compare(string name, Func<string, string, bool> compare) =>
        new(
            name,
            2,
            (call, values) =>
                !call.Text(values, 0, out var text, out var failed) || !call.Text(values, 1, out var part, out failed)
                    ? failed
                    : BoolValue.Of(compare(text, part))
        );

    private static StringValue Printed(BuiltinCall call, string text)
    {
        call.State.Charge(text.Length / 16);
        return Operands.Text(text);
    }

    private static RegoValue? Map(BuiltinCall call, RegoValue[] values, Func<string, string> map) =>
        call.Text(values, 0, out var text, out var failed) ? Printed(call, map(text)) : failed;

    private static RegoValue? Cut(BuiltinCall call, RegoValue[] values, Func<string, string, string> cut) =>
        !call.Text(values, 0, out var text, out var failed) || !call.Text(values, 1, out var set, out failed)
            ? failed
            : Operands.Text(cut(text, set));

    private static string Start(string text, string set)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Holds(set, rune))
            {
                break;
            }

            at += rune.Utf16SequenceLength;
        }

        return text[at..];
    }

    private static string End(string text, string set)
    {
        while (
            text.Length > 0
            && Rune.DecodeLastFromUtf16(text, out var rune, out var length) == System.Buffers.OperationStatus.Done
            && Holds(set, rune)
        )
        {
            text = text[..^length];
        }

        return text;
    }

    private static bool Holds(string set, Rune wanted)
    {
        foreach (var rune in set.EnumerateRunes())
        {
            if (rune == wanted)
            {
                return true;
            }
        }

        return false;
    }

    private static RegoValue? Concat(BuiltinCall call, RegoValue[] values)
    {
        if (
            !call.Text(values, 0, out var separator, out var failed)
            || !call.Collection(values, 1, out var items, out failed)
        )
        {
            return failed;
        }

        foreach (var item in items)
        {
            if (item is not StringValue)
            {
                var kind = BuiltinCall.NameOf(values[1]);
                return call.TypeError(
                    $"operand 2 must be {kind} of strings but got {kind} containing {BuiltinCall.NameOf(item)}"
                );
            }
        }

        return Printed(call, string.Join(separator, items.Select(item => ((StringValue)item).Text)));
    }

    private static RegoValue? Split(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var text, out var failed) || !call.Text(values, 1, out var by, out failed))
        {
            return failed;
        }

        var parts = by.Length == 0 ? text.EnumerateRunes().Select(rune => rune.ToString()) : text.Split(by);
        RegoValue[] made = [.. parts.Select(Operands.Text)];
        call.State.Charge(made.Length);
        return new ArrayValue(made);
    }

    private static RegoValue? Replace(BuiltinCall call, RegoValue[] values)
    {
        if (
            !call.Text(values, 0, out var text, out var failed)
            || !call.Text(values, 1, out var old, out failed)
            || !call.Text(values, 2, out var other, out failed)
        )
        {
            return failed;
        }

        // Go's: an empty part stands before every character, and at the end.
        return Printed(
            call,
            old.Length == 0
                ? other + string.Concat(text.EnumerateRunes().Select(rune => rune + other))
                : text.Replace(old, other, StringComparison.Ordinal)
        );
    }

    private static RegoValue? ReplaceMany(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Object(values, 0, out var patterns, out var failed))
        {
            return failed;
        }

        foreach (var key in patterns.Keys)
        {
            if (key is not StringValue)
            {
                return call.TypeError("operand 1 non-string key found in pattern object");
            }
        }

        foreach (var value in patterns.Values)
        {
            if (value is not StringValue)
            {
                return call.TypeError("operand 1 non-string value found in pattern object");
            }
        }

        if (!call.Text(values, 1, out var text, out failed))
        {
            return failed;
        }

        var made = new StringBuilder();
        var at = 0;
        while (at <= text.Length)
        {
            var replaced = false;
            for (var i = 0; i < patterns.Count && !replaced; i++)
            {
                var old = ((StringValue)patterns.Keys[i]).Text;
                if (old.Length > 0 && string.CompareOrdinal(text, at, old, 0, old.Length) == 0)
                {
                    made.Append(((StringValue)patterns.Values[i]).Text);
                    at += old.Length;
                    replaced = true;
                }
            }

            if (!replaced)
            {
                if (at < text.Length)
                {
                    made.Append(text[at]);
                }

                at++;
            }
        }

        return Printed(call, made.ToString());
    }

    private static RegoValue? Substring(BuiltinCall call, RegoValue[] values)
    {
        if (
            !call.Text(values, 0, out var text, out var failed)
            || !call.Count(values, 1, out var start, out failed)
            || !call.Count(values, 2, out var length, out failed)
        )
        {
            return failed;
        }

        if (start < 0)
        {
            return call.Fail("negative offset");
        }

        var runes = text.EnumerateRunes().ToArray();
        if (start >= runes.Length)
        {
            return StringValue.Empty;
        }

        var stop = length < 0 ? runes.Length : (int)Math.Min((long)start + length, runes.Length);
        return Operands.Text(string.Concat(runes[start..stop]));
    }

    private static RegoValue? IndexOf(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var text, out var failed) || !call.Text(values, 1, out var part, out failed))
        {
            return failed;
        }

        if (part.Length == 0)
        {
            return call.Fail("empty search character");
        }

        var at = text.IndexOf(part, StringComparison.Ordinal);
        return NumberValue.Of(at < 0 ? -1 : Characters(text, at));
    }

    private static RegoValue? IndexesOf(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var text, out var failed) || !call.Text(values, 1, out var part, out failed))
        {
            return failed;
        }

        if (part.Length == 0)
        {
            return call.Fail("empty search character");
        }

        var found = new List<RegoValue>();
        for (
            var at = text.IndexOf(part, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(part, at + 1, StringComparison.Ordinal)
        )
        {
            found.Add(NumberValue.Of(Characters(text, at)));
        }

        call.State.Charge(found.Count);
        return new ArrayValue([.. found]);
    }

    private static int Characters(string text, int length)
    {
        var count = 0;
        foreach (var _ in text.AsSpan(0, length).EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    private static RegoValue? Count(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var text, out var failed) || !call.Text(values, 1, out var part, out failed))
        {
            return failed;
        }

        return NumberValue.Of(part.Length == 0 ? Characters(text, text.Length) + 1 : (text.Split(part).Length - 1));
    }

    private static RegoValue? AnyMatch(BuiltinCall call, RegoValue[] values, Func<string, string, bool> matches)
    {
        if (
            !Texts(call, values, 0, out var texts, out var failed) || !Texts(call, values, 1, out var parts, out failed)
        )
        {
            return failed;
        }

        call.State.Charge(texts.Length);
        return BoolValue.Of(texts.Any(text => parts.Any(part => matches(text, part))));
    }

    private static bool Texts(BuiltinCall call, RegoValue[] values, int at, out string[] texts, out RegoValue? failed)
    {
        texts = [];
        if (values[at] is StringValue single)
        {
            (texts, failed) = ([single.Text], null);
            return true;
        }

        if (!call.Collection(values, at, out var items, out failed, "one of {string, set, array}"))
        {
            return false;
        }

        foreach (var item in items)
        {
            if (item is not StringValue)
            {
                var kind = BuiltinCall.NameOf(values[at]);
                failed = call.TypeError(
                    $"operand {at + 1} must be {kind} of strings but got {kind} containing {BuiltinCall.NameOf(item)}"
                );
                return false;
            }
        }

        texts = [.. items.Select(item => ((StringValue)item).Text)];
        return true;
    }
}
