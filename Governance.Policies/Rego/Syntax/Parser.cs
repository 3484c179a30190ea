using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Syntax;

/// <summary>Reads Rego v1: modules and queries. This part walks over tokens; the others read terms, bodies and rules.</summary>
internal sealed partial class Parser
{
    private const int Deepest = 200;
    private const int Repeated = 64;

    private readonly Lexer lexer;
    private readonly List<Token> tokens;
    private int at;
    private int depth;
    private long entered;

    public Parser(string file, string text)
        : this(new Lexer(file, text), 0) { }

    private Parser(Lexer lexer, int depth)
    {
        this.lexer = lexer;
        this.depth = depth;
        tokens = lexer.All();
    }

    private Token Current => tokens[at];

    // A bracket, dot or parenthesis belongs to what stands directly before it.
    private bool Touches => at > 0 && tokens[at - 1].End == Current.Start;

    private static SyntaxFault Fault(Token token, string message) => new(token.At, SyntaxFault.Parse, message);

    private SyntaxFault Unexpected(string wanted) =>
        Fault(
            Current,
            Current.Kind switch
            {
                TokenKind.End => $"The text ends where {wanted} is expected.",
                TokenKind.String => $"A string stands where {wanted} is expected.",
                TokenKind.Template => $"A template stands where {wanted} is expected.",
                _ => $"'{Current.Text}' stands where {wanted} is expected.",
            }
        );

    private Token Take() => tokens[at++];

    private bool Accept(string symbol)
    {
        if (!Current.Is(symbol))
        {
            return false;
        }

        at++;
        return true;
    }

    private bool AcceptName(string name)
    {
        if (!Current.IsName(name))
        {
            return false;
        }

        at++;
        return true;
    }

    private Token Expect(string symbol) => Current.Is(symbol) ? Take() : throw Unexpected($"'{symbol}'");

    private void Enter()
    {
        if (++depth > Deepest)
        {
            throw Fault(Current, "Terms are nested too deeply.");
        }

        // What can be read in two ways is read again; a text made of nothing else would take for ever.
        if (++entered > Repeated * (tokens.Count + 16L))
        {
            throw Fault(Current, "The text can be read in too many ways: put parentheses around unions.");
        }
    }

    private void Leave() => depth--;

    private bool Try<T>(Func<T> read, out T? result)
        where T : class
    {
        var (start, startDepth, startBar) = (at, depth, barEnds);
        try
        {
            result = read();
            return true;
        }
        catch (SyntaxFault)
        {
            (at, depth, barEnds) = (start, startDepth, startBar);
            result = null;
            return false;
        }
    }

    /// <summary>Reads a query: a body without braces.</summary>
    public IReadOnlyList<Literal> Query()
    {
        var body = ReadLiterals(() => Current.Kind == TokenKind.End);
        return body.Count == 0 ? throw Unexpected("an expression") : body;
    }

    private static ScalarTerm Scalar(Location location, RegoValue value) => new(location, value);
}
