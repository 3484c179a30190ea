using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Syntax;

internal sealed partial class Parser
{
    /// <summary>Reads a module.</summary>
    /// <exception cref="SyntaxFault">The first thing that is no Rego.</exception>
    public ModuleNode Module(string file)
    {
        if (!AcceptName("package"))
        {
            throw Unexpected("'package'");
        }

        var start = Current.At;
        var package = ReadPackage();
        var imports = new List<Import>();
        var rules = new List<RuleNode>();
        while (Current.Kind != TokenKind.End)
        {
            if (!Current.OnNewLine && !tokens[at - 1].Is(";"))
            {
                throw Unexpected("a new line");
            }

            if (Accept(";"))
            {
                continue;
            }

            if (IsKeyword("import"))
            {
                imports.Add(ReadImport());
            }
            else
            {
                rules.Add(ReadRule());
            }
        }

        return new ModuleNode(file, start, package, imports, rules);
    }

    private List<string> ReadPackage()
    {
        var path = new List<string>();
        do
        {
            path.Add(Current.Kind == TokenKind.Name ? Take().Text : throw Unexpected("a name"));
            while (Current.Is("[") && Touches)
            {
                at++;
                path.Add(Current.Kind == TokenKind.String ? Take().Text : throw Unexpected("a string"));
                Expect("]");
            }
        } while (Touches && Accept("."));

        return path;
    }

    private Import ReadImport()
    {
        var token = Take();
        var path = ReadPrimary();
        var alias = AcceptName("as")
            ? Current.Kind == TokenKind.Name
                ? Take().Text
                : throw Unexpected("a name")
            : null;
        return path switch
        {
            VarTerm name => new Import(token.At, [name], alias),
            RefTerm { Head: VarTerm head } way => new Import(token.At, [head, .. way.Steps], alias),
            _ => throw Fault(token, "An import names a path: data.a.b, input.a or rego.v1."),
        };
    }

    private RuleNode ReadRule()
    {
        var token = Current;
        var isDefault = IsKeyword("default");
        if (isDefault)
        {
            at++;
        }

        var (path, arguments) = ReadRuleHead();
        Term? element = null;
        if (arguments is null && IsKeyword("contains"))
        {
            at++;
            element = ReadTerm();
        }

        Term? value = null;
        if (Current.Is(":=") || Current.Is("="))
        {
            if (element is not null)
            {
                throw Unexpected("'if', or the end of the rule");
            }

            at++;
            value = ReadMembership(withKey: true);
        }

        var branches = new List<RuleBranch>();
        if (isDefault)
        {
            if (value is null)
            {
                throw Unexpected("':=' and the default value");
            }

            return new RuleNode(token.At, true, path, arguments, element, [new RuleBranch(token.At, value, [])]);
        }

        var hasBody = IsKeyword("if");
        if (!hasBody && Current.Is("{") && !Current.OnNewLine)
        {
            throw Fault(Current, "'if' is missing before the rule's body: Rego v1 asks for it.");
        }

        var body = hasBody ? ReadRuleBody() : [];
        if (!hasBody && value is null && element is null)
        {
            throw Fault(token, "A rule has a value or a body: write ':= value' or 'if' and a body.");
        }

        branches.Add(new RuleBranch(token.At, value, body));
        while (IsKeyword("else"))
        {
            branches.Add(ReadElse(element));
        }

        // Bodies side by side are rules side by side.
        return new RuleNode(token.At, false, path, arguments, element, branches);
    }

    private RuleBranch ReadElse(Term? element)
    {
        var token = Take();
        if (element is not null)
        {
            throw Fault(token, "'else' cannot follow 'contains'.");
        }

        Term? value = null;
        if (Accept(":=") || Accept("="))
        {
            value = ReadMembership(withKey: true);
        }

        if (IsKeyword("if"))
        {
            return new RuleBranch(token.At, value, ReadRuleBody());
        }

        if (Current.Is("{") && !Current.OnNewLine && value is null)
        {
            throw Fault(Current, "'if' is missing before the body of 'else': Rego v1 asks for it.");
        }

        return value is null ? throw Unexpected("':=' or 'if' behind 'else'") : new RuleBranch(token.At, value, []);
    }

    private List<Literal> ReadRuleBody()
    {
        at++;
        if (Current.Is("{"))
        {
            // Braces hold the body, unless what follows shows that they were an object or a set.
            var (start, startDepth) = (at, depth);
            if (Try(ReadBraced, out var body) && EndsRule())
            {
                return body!;
            }

            (at, depth) = (start, startDepth);
            if (Try(ReadLiteral, out var literal) && EndsRule())
            {
                return [literal!];
            }

            (at, depth) = (start, startDepth);
            return ReadBraced();
        }

        return [ReadLiteral()];
    }

    private bool EndsRule() =>
        Current.Kind == TokenKind.End || Current.OnNewLine || Current.Is(";") || IsKeyword("else");

    private (IReadOnlyList<Term> Path, IReadOnlyList<Term>? Arguments) ReadRuleHead()
    {
        var name = Current;
        if (name.Kind != TokenKind.Name)
        {
            throw Unexpected("a rule's name");
        }

        var next = tokens[at + 1];
        if (Reserved.Contains(name.Text) && !((next.Is(".") || next.Is("[")) && next.Start == name.End))
        {
            throw Unexpected("a rule's name");
        }

        at++;
        var path = new List<Term> { Scalar(name.At, new StringValue(name.Text)) };
        while (Touches)
        {
            if (Accept("."))
            {
                path.Add(
                    Current.Kind == TokenKind.Name
                        ? Scalar(Current.At, new StringValue(Take().Text))
                        : throw Unexpected("a name behind the dot")
                );
            }
            else if (Accept("["))
            {
                path.Add(ReadTerm());
                Expect("]");
            }
            else if (Current.Is("("))
            {
                return (path, ReadList("(", ")"));
            }
            else
            {
                break;
            }
        }

        return (path, null);
    }
}
