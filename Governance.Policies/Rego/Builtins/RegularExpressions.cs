using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>regex.*</c></summary>
internal static class RegularExpressions
{
    public static IEnumerable<Builtin> All =>
        [
            new(
                "regex.match",
                2,
                (call, values) => Run(call, values, 0, 1, (regex, text) => BoolValue.Of(regex.IsMatch(text)))
            ),
            new("regex.is_valid", 1, IsValid),
            new(
                "regex.find_n",
                3,
                (call, values) => Run(call, values, 0, 1, (regex, text) => Find(call, values, regex, text))
            ),
            new(
                "regex.find_all_string_submatch_n",
                3,
                (call, values) => Run(call, values, 0, 1, (regex, text) => FindGroups(call, values, regex, text))
            ),
            new("regex.split", 2, (call, values) => Run(call, values, 0, 1, (regex, text) => Split(call, regex, text))),
            new(
                "regex.replace",
                3,
                (call, values) =>
                    call.Text(values, 2, out var other, out var failed)
                        ? Run(call, values, 1, 0, (regex, text) => Replace(call, regex, text, other))
                        : failed
            ),
            new("regex.template_match", 4, MatchTemplate),
        ];

    private static RegoValue? Run(
        BuiltinCall call,
        RegoValue[] values,
        int pattern,
        int text,
        Func<GoRegex, string, RegoValue?> run
    ) =>
        !call.Text(values, pattern, out var own, out var failed)
        || !call.Text(values, text, out var subject, out failed)
            ? failed
            : Run(call, own, subject, run);

    private static RegoValue? Run(
        BuiltinCall call,
        string pattern,
        string subject,
        Func<GoRegex, string, RegoValue?> run
    )
    {
        call.State.Charge(1 + (subject.Length / 16));
        try
        {
            return GoRegex.Read(pattern) is { } regex
                ? run(regex, subject)
                : call.Fail("error parsing regexp: the pattern is no regular expression");
        }
        catch (NotSupportedException exception)
        {
            throw call.Unsupported(exception.Message);
        }
        catch (System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            throw call.Unsupported("the pattern takes too long");
        }
    }

    private static BoolValue? IsValid(BuiltinCall call, RegoValue[] values)
    {
        if (values[0] is not StringValue pattern)
        {
            return BoolValue.False;
        }

        try
        {
            return BoolValue.Of(GoRegex.Read(pattern.Text) is not null);
        }
        catch (NotSupportedException exception)
        {
            throw call.Unsupported(exception.Message);
        }
    }

    private static RegoValue? Find(BuiltinCall call, RegoValue[] values, GoRegex regex, string text)
    {
        if (!call.Count(values, 2, out var most, out var failed))
        {
            return failed;
        }

        var found = regex
            .Matches(text)
            .Take(most < 0 ? int.MaxValue : most)
            .Select(match => (RegoValue)Operands.Text(match.Value));
        return Made(call, [.. found]);
    }

    private static RegoValue? FindGroups(BuiltinCall call, RegoValue[] values, GoRegex regex, string text)
    {
        if (!call.Count(values, 2, out var most, out var failed))
        {
            return failed;
        }

        var found = regex
            .Matches(text)
            .Take(most < 0 ? int.MaxValue : most)
            .Select(match =>
                (RegoValue)
                    new ArrayValue([.. match.Groups.Values.Select(group => (RegoValue)Operands.Text(group.Value))])
            );
        return Made(call, [.. found]);
    }

    private static ArrayValue Made(BuiltinCall call, RegoValue[] items)
    {
        call.State.Charge(items.Length);
        return new ArrayValue(items);
    }

    // Go's Split, with its care for matches of nothing.
    private static ArrayValue Split(BuiltinCall call, GoRegex regex, string text)
    {
        var parts = new List<RegoValue>();
        var (begin, end) = (0, 0);
        foreach (var match in regex.Matches(text))
        {
            end = match.Index;
            if (match.Index + match.Length != 0)
            {
                parts.Add(Operands.Text(text[begin..end]));
            }

            begin = match.Index + match.Length;
        }

        if (end != text.Length || parts.Count == 0)
        {
            parts.Add(Operands.Text(text[begin..]));
        }

        return Made(call, [.. parts]);
    }

    private static StringValue Replace(BuiltinCall call, GoRegex regex, string text, string other)
    {
        var made = new System.Text.StringBuilder();
        var at = 0;
        foreach (var match in regex.Matches(text))
        {
            made.Append(text, at, match.Index - at).Append(GoRegex.Expand(other, match));
            at = match.Index + match.Length;
            call.State.Charge(1 + (made.Length / 1024));
        }

        return Operands.Text(made.Append(text, at, text.Length - at).ToString());
    }

    private static RegoValue? MatchTemplate(BuiltinCall call, RegoValue[] values)
    {
        if (
            !call.Text(values, 0, out var template, out var failed)
            || !call.Text(values, 1, out var text, out failed)
            || !call.Text(values, 2, out var open, out failed)
            || !call.Text(values, 3, out var close, out failed)
        )
        {
            return failed;
        }

        if (open.Length != 1 || close.Length != 1)
        {
            return call.Fail("delimiters are single characters");
        }

        var pattern = new System.Text.StringBuilder("^");
        for (var at = 0; at < template.Length; at++)
        {
            if (template[at] == close[0] && open[0] != close[0])
            {
                return call.Fail("the template's delimiters are not balanced");
            }

            if (template[at] != open[0])
            {
                pattern.Append(
                    System
                        .Text.RegularExpressions.Regex.Escape(template[at].ToString())
                        .Replace("]", "\\]", StringComparison.Ordinal)
                );
                continue;
            }

            var (depth, start) = (1, ++at);
            for (; at < template.Length; at++)
            {
                depth +=
                    template[at] == close[0] ? -1
                    : template[at] == open[0] ? 1
                    : 0;
                if (depth == 0)
                {
                    break;
                }
            }

            if (depth != 0)
            {
                return call.Fail("the template's delimiters are not balanced");
            }

            pattern.Append('(').Append(template, start, at - start).Append(')');
        }

        return Run(
            call,
            pattern.Append('$').ToString(),
            text,
            (regex, subject) => BoolValue.Of(regex.IsMatch(subject))
        );
    }
}
