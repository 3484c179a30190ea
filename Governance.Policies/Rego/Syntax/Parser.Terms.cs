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
        var items = new List<Term>();
        while (!Accept(close))
        {
            items.Add(ReadTerm());
            if (!Accept(","))
            {
                Expect(close);
                break;
            }
        }

        return items;
    }

    private Term ReadArray()
    {
        var open = Take();
        if (ReadComprehension(open, ComprehensionKind.Array, "]") is { } comprehension)
        {
            return comprehension;
        }

        at--;
        return new ArrayTerm(open.At, ReadList("[", "]"));
    }

    private Term ReadBraces()
    {
        var start = at;
        var open = Take();
        if (Accept("}"))
        {
            return new ObjectTerm(open.At, []);
        }

        if (ReadComprehension(open, ComprehensionKind.Set, "}") is { } comprehension)
        {
            return comprehension;
        }

        var first = ReadTerm();
        if (!Current.Is(":"))
        {
            at = start;
            return new SetTerm(open.At, ReadList("{", "}"));
        }

        var members = new List<(Term Key, Term Value)>();
        while (true)
        {
            Expect(":");
            members.Add((first, ReadTerm()));
            if (!Accept(",") || Current.Is("}"))
            {
                Expect("}");
                return new ObjectTerm(open.At, members);
            }

            first = ReadTerm();
        }
    }

    // A head and a bar begin a comprehension, where a body follows; else the bar is the union's.
    private ComprehensionTerm? ReadComprehension(Token open, ComprehensionKind kind, string close)
    {
        var (start, startDepth) = (at, depth);
        if (Current.Is(close))
        {
            return null;
        }

        barEnds = true;
        var read = Try(() => ReadMembership(withKey: false), out var head);
        Term? key = null;
        if (read && kind == ComprehensionKind.Set && Current.Is(":"))
        {
            at++;
            (kind, key) = (ComprehensionKind.Object, head);
            read = Try(() => ReadMembership(withKey: false), out head);
        }

        barEnds = false;
        if (read && Accept("|"))
        {
            // What begins as one and cannot be read as one may be a union; the fault of the body is told if it is not.
            try
            {
                var body = ReadLiterals(() => Current.Is(close));
                Expect(close);
                return body.Count == 0
                    ? throw Unexpected("an expression")
                    : new ComprehensionTerm(open.At, kind, key, head!, body);
            }
            catch (SyntaxFault) when (kind != ComprehensionKind.Object && IsUnion(start, startDepth, close)) { }
        }

        (at, depth) = (start, startDepth);
        return null;
    }

    private bool IsUnion(int start, int startDepth, string close)
    {
        (at, depth) = (start, startDepth);
        barEnds = false;
        return Try(ReadTerm, out _) && (Current.Is(",") || Current.Is(close));
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
