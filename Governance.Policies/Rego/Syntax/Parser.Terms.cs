using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Syntax;

internal sealed partial class Parser
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "as",
        "default",
        "else",
        "every",
        "false",
        "if",
        "import",
        "in",
        "not",
        "null",
        "package",
        "some",
        "true",
        "with",
        "contains",
    };

    // From the loosest to the tightest. A name's arguments are in call order.
    private static readonly Dictionary<string, string>[] Levels =
    [
        new(StringComparer.Ordinal)
        {
            ["=="] = "equal",
            ["!="] = "neq",
            ["<"] = "lt",
            ["<="] = "lte",
            [">"] = "gt",
            [">="] = "gte",
        },
        new(StringComparer.Ordinal) { ["|"] = "or" },
        new(StringComparer.Ordinal) { ["&"] = "and" },
        new(StringComparer.Ordinal) { ["+"] = "plus", ["-"] = "minus" },
        new(StringComparer.Ordinal)
        {
            ["*"] = "mul",
            ["/"] = "div",
            ["%"] = "rem",
        },
    ];

    // While a comprehension's head is read, a bar at its own level ends it.
    private bool barEnds;

    private Term ReadTerm() => ReadMembership(withKey: false);

    private Term ReadMembership(bool withKey)
    {
        Enter();
        var left = ReadLevel(0);
        if (withKey && Current.Is(","))
        {
            var start = at;
            at++;
            if (Try(() => ReadLevel(0), out var value) && AcceptName("in"))
            {
                var domain = ReadLevel(0);
                left = Call(left.At, Operators.MemberWithKey, left, value!, domain);
            }
            else
            {
                at = start;
            }
        }

        while (Current.IsName("in") && !tokens[at + 1].Is("."))
        {
            at++;
            left = Call(left.At, Operators.Member, left, ReadLevel(0));
        }

        Leave();
        return left;
    }

    private Term ReadLevel(int level)
    {
        if (level == Levels.Length)
        {
            return ReadPrimary();
        }

        var left = ReadLevel(level + 1);
        while (
            Current.Kind == TokenKind.Symbol
            && Levels[level].TryGetValue(Current.Text, out var name)
            && !(barEnds && Current.Text == "|")
        )
        {
            at++;
            left = Call(left.At, name, left, ReadLevel(level + 1));
        }

        return left;
    }

    private static CallTerm Call(Location location, string function, params Term[] arguments) =>
        new(location, new VarTerm(location, function), arguments);

    private Term ReadPrimary()
    {
        Enter();
        var outer = barEnds;
        barEnds = false;
        var term = ReadSteps(ReadHead());
        barEnds = outer;
        Leave();
        return term;
    }

    private Term ReadHead()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.String:
                at++;
                return Scalar(token.At, new StringValue(token.Text));
            case TokenKind.Template:
                at++;
                return ReadTemplate(token);
            case TokenKind.Number:
                at++;
                return Scalar(token.At, NumberOf(token, token.Text));
            case TokenKind.Name:
                return ReadName(token);
        }

        switch (token.Text)
        {
            case "-" when tokens[at + 1] is { Kind: TokenKind.Number } digits && digits.Start == token.End:
                at += 2;
                return Scalar(token.At, NumberOf(token, "-" + digits.Text));
            case "(":
                at++;
                var inner = ReadMembership(withKey: true);
                Expect(")");
                return inner;
            case "[":
                return ReadArray();
            case "{":
                return ReadBraces();
            default:
                throw Unexpected("a term");
        }
    }

    private static NumberValue NumberOf(Token token, string text) =>
        NumberValue.Parse(text) ?? throw Fault(token, "A number is too large to compute with.");

    private Term ReadName(Token token)
    {
        var next = tokens[at + 1];
        var isPath = next.Is(".") && next.Start == token.End;
        if (!isPath)
        {
            switch (token.Text)
            {
                case "true":
                    at++;
                    return Scalar(token.At, BoolValue.True);
                case "false":
                    at++;
                    return Scalar(token.At, BoolValue.False);
                case "null":
                    at++;
                    return Scalar(token.At, NullValue.Instance);
                case "contains" when next.Is("("):
                    break;
                default:
                    if (Reserved.Contains(token.Text))
                    {
                        throw Unexpected("a term");
                    }

                    break;
            }
        }

        at++;
        if (token.Text == "set" && Current.Is("(") && Touches && tokens[at + 1].Is(")"))
        {
            at += 2;
            return new SetTerm(token.At, []);
        }

        return new VarTerm(token.At, token.Text);
    }

    private Term ReadSteps(Term head)
    {
        var steps = new List<Term>();
        while (Touches)
        {
            if (Current.Is("."))
            {
                at++;
                steps.Add(
                    Current.Kind == TokenKind.Name && Touches
                        ? Scalar(Current.At, new StringValue(Take().Text))
                        : throw Unexpected("a name behind the dot")
                );
            }
            else if (Current.Is("["))
            {
                at++;
                steps.Add(ReadTerm());
                Expect("]");
            }
            else if (Current.Is("("))
            {
                if (Finish() is not (VarTerm or RefTerm { Head: VarTerm }))
                {
                    throw Unexpected("the end of the expression");
                }

                head = new CallTerm(head.At, Finish(), ReadList("(", ")"));
                steps = [];
            }
            else
            {
                break;
            }
        }

        return Finish();

        Term Finish() => steps.Count == 0 ? head : new RefTerm(head.At, head, [.. steps]);
    }

    private List<Term> ReadList(string open, string close)
    {
        Expect(open);
        return Current.Is(close) ? ReadRest([], close) : ReadRest([ReadTerm()], close);
    }

    // What follows the first item of a list, up to its end.
    private List<Term> ReadRest(List<Term> items, string close)
    {
        while (!Accept(close))
        {
            if (items.Count > 0)
            {
                if (!Accept(","))
                {
                    throw Unexpected($"',' or '{close}'");
                }

                if (Accept(close))
                {
                    break;
                }
            }

            items.Add(ReadTerm());
        }

        return items;
    }

    private Term ReadArray()
    {
        var (start, startDepth) = (at, depth);
        var open = Take();
        if (Accept("]"))
        {
            return new ArrayTerm(open.At, []);
        }

        var first = ReadUpToBar();
        if (!Current.Is("|"))
        {
            return new ArrayTerm(open.At, ReadRest([first], "]"));
        }

        if (ReadComprehension(open, ComprehensionKind.Array, null, first, "]", start, startDepth) is { } comprehension)
        {
            return comprehension;
        }

        return new ArrayTerm(open.At, ReadList("[", "]"));
    }

    private Term ReadBraces()
    {
        var (start, startDepth) = (at, depth);
        var open = Take();
        if (Accept("}"))
        {
            return new ObjectTerm(open.At, []);
        }

        var first = ReadUpToBar();
        if (Current.Is("|"))
        {
            if (
                ReadComprehension(open, ComprehensionKind.Set, null, first, "}", start, startDepth) is { } comprehension
            )
            {
                return comprehension;
            }

            // The bar is the union's: of the first element, or of the first key.
            at++;
            first = ReadTerm();
        }

        return Current.Is(":") ? ReadMembers(open, first) : new SetTerm(open.At, ReadRest([first], "}"));
    }

    private Term ReadMembers(Token open, Term key)
    {
        var members = new List<(Term Key, Term Value)>();
        Expect(":");
        var (start, startDepth) = (at, depth);
        var value = ReadUpToBar();
        if (Current.Is("|"))
        {
            if (
                ReadComprehension(open, ComprehensionKind.Object, key, value, "}", start, startDepth) is
                { } comprehension
            )
            {
                return comprehension;
            }

            value = ReadTerm();
        }

        members.Add((key, value));
        while (Accept(",") && !Current.Is("}"))
        {
            key = ReadTerm();
            Expect(":");
            members.Add((key, ReadTerm()));
        }

        Expect("}");
        return new ObjectTerm(open.At, members);
    }

    private Term ReadUpToBar()
    {
        barEnds = true;
        var term = ReadMembership(withKey: false);
        barEnds = false;
        return term;
    }

    // A head and a bar begin a comprehension where a body follows. What cannot be read as one may be a union; if it is none either,
    // the fault of the body is told.
    private ComprehensionTerm? ReadComprehension(
        Token open,
        ComprehensionKind kind,
        Term? key,
        Term value,
        string close,
        int start,
        int startDepth
    )
    {
        at++;
        try
        {
            var body = ReadLiterals(() => Current.Is(close));
            Expect(close);
            return body.Count == 0
                ? throw Unexpected("an expression")
                : new ComprehensionTerm(open.At, kind, key, value, body);
        }
        catch (SyntaxFault) when (IsUnion(start + (kind == ComprehensionKind.Object ? 0 : 1), startDepth))
        {
            (at, depth, barEnds) = (start, startDepth, false);
            return null;
        }
    }

    private bool IsUnion(int start, int startDepth)
    {
        var (before, beforeDepth) = (at, depth);
        (at, depth) = (start, startDepth);
        barEnds = false;
        var read = Try(ReadTerm, out _) && (Current.Is(",") || Current.Is("]") || Current.Is("}") || Current.Is(":"));
        (at, depth) = (before, beforeDepth);
        return read;
    }

    private TemplateTerm ReadTemplate(Token token)
    {
        var parts = new List<(string? Text, Literal? Expression)>();
        foreach (var (text, start, end) in token.Parts!)
        {
            if (text is not null)
            {
                parts.Add((text, null));
                continue;
            }

            var body = new Parser(lexer.Within(start, end), depth).Query();
            parts.Add(
                body is [TermLiteral { Negated: false } own]
                    ? (null, own)
                    : throw Fault(token, "An expression in a template is one term.")
            );
        }

        return new TemplateTerm(token.At, parts);
    }
}
