namespace Governance.Policies.Rego.Syntax;

internal sealed partial class Parser
{
    private List<Literal> ReadBraced()
    {
        var open = Expect("{");
        var body = ReadLiterals(() => Current.Is("}"));
        Expect("}");
        return body.Count == 0 ? throw Fault(open, "A body holds at least one expression.") : body;
    }

    private List<Literal> ReadLiterals(Func<bool> ends)
    {
        var body = new List<Literal>();
        while (!ends())
        {
            if (body.Count > 0 && !Current.OnNewLine && !tokens[at - 1].Is(";"))
            {
                throw Unexpected("the end of the expression");
            }

            body.Add(ReadLiteral());
            while (Accept(";")) { }
        }

        return body;
    }

    private bool IsKeyword(string name) =>
        Current.IsName(name) && !(tokens[at + 1].Is(".") && tokens[at + 1].Start == Current.End);

    private Literal ReadLiteral()
    {
        Enter();
        Literal literal;
        if (IsKeyword("some"))
        {
            literal = ReadSome();
        }
        else if (IsKeyword("every"))
        {
            literal = ReadEvery();
        }
        else
        {
            var token = Current;
            var negated = IsKeyword("not");
            if (negated)
            {
                at++;
                if (IsKeyword("not") || IsKeyword("some") || IsKeyword("every"))
                {
                    throw Fault(Current, $"'not' cannot stand before '{Current.Text}': negate a rule that holds it.");
                }
            }

            var term = ReadMembership(withKey: true);
            if (Current.Is(":=") || Current.Is("="))
            {
                var sign = Take();
                var right = ReadMembership(withKey: true);
                term = Call(sign.At, sign.Text == ":=" ? Operators.Assign : Operators.Unify, term, right);
                if (negated && sign.Text == ":=")
                {
                    throw Fault(sign, "':=' cannot be negated: use '=='.");
                }
            }

            literal = new TermLiteral(negated ? token.At : term.At, term, negated, ReadWith());
        }

        Leave();
        return literal;
    }

    private List<WithModifier> ReadWith()
    {
        var all = new List<WithModifier>();
        while (IsKeyword("with"))
        {
            var token = Take();
            var target = ReadPrimary();
            if (!AcceptName("as"))
            {
                throw Unexpected("'as'");
            }

            all.Add(new WithModifier(token.At, target, ReadTerm()));
        }

        return all;
    }

    private Literal ReadSome()
    {
        var some = Take();
        var terms = new List<Term> { ReadLevel(0) };
        while (Accept(","))
        {
            terms.Add(ReadLevel(0));
        }

        if (AcceptName("in"))
        {
            var domain = ReadTerm();
            return terms.Count switch
            {
                1 => new SomeInLiteral(some.At, null, terms[0], domain, ReadWith()),
                2 => new SomeInLiteral(some.At, terms[0], terms[1], domain, ReadWith()),
                _ => throw Fault(some, "'some ... in' takes a value, or a key and a value."),
            };
        }

        return new SomeLiteral(
            some.At,
            [
                .. terms.Select(term =>
                    term as VarTerm ?? throw new SyntaxFault(term.At, SyntaxFault.Parse, "'some' declares names.")
                ),
            ]
        );
    }

    private EveryLiteral ReadEvery()
    {
        var every = Take();
        var first = ReadEveryName();
        var second = Accept(",") ? ReadEveryName() : null;
        if (!AcceptName("in"))
        {
            throw Unexpected("'in'");
        }

        var domain = ReadLevel(0);
        var body = ReadBraced();
        return second is null
            ? new EveryLiteral(every.At, null, first, domain, body, ReadWith())
            : new EveryLiteral(every.At, first, second, domain, body, ReadWith());
    }

    private VarTerm ReadEveryName() =>
        Current.Kind == TokenKind.Name && !Reserved.Contains(Current.Text)
            ? new VarTerm(Current.At, Take().Text)
            : throw Unexpected("a name");
}
