using System.Globalization;
using System.Text;

namespace Governance.Policies.Rego.Syntax;

internal enum TokenKind
{
    End,
    Name,
    Number,
    String,
    Template,
    Symbol,
}

/// <summary>One token of a policy.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Of a string its value; of all else its text.</param>
/// <param name="Start">Its first character's offset.</param>
/// <param name="End">The offset behind it.</param>
/// <param name="At">Where it stands.</param>
/// <param name="OnNewLine">Whether a line ends between the token before and this one.</param>
/// <param name="Parts">Of a template: text, or the range of an expression.</param>
internal sealed record Token(
    TokenKind Kind,
    string Text,
    int Start,
    int End,
    Location At,
    bool OnNewLine,
    IReadOnlyList<(string? Text, int Start, int End)>? Parts = null
)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;
}

/// <summary>Cuts a file's text into tokens.</summary>
internal sealed class Lexer
{
    private static readonly string[] Symbols =
    [
        ":=",
        "==",
        "!=",
        "<=",
        ">=",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        ":",
        ".",
        "|",
        "&",
        "+",
        "-",
        "*",
        "/",
        "%",
        "=",
        "<",
        ">",
    ];

    private const int DeepestTemplate = 32;

    private readonly string file;
    private readonly string text;
    private readonly int end;
    private readonly int templates;
    private readonly List<int> lineStarts;
    private int at;

    public Lexer(string file, string text)
        : this(file, text, 0, text.Length, 0, LineStarts(text)) { }

    private Lexer(string file, string text, int start, int end, int templates, List<int> lineStarts)
    {
        (this.file, this.text, this.end, this.templates, this.lineStarts) = (file, text, end, templates, lineStarts);
        at = start;
    }

    /// <summary>A lexer of a part of the text: of an expression in a template.</summary>
    public Lexer Within(int start, int stop) => new(file, text, start, stop, templates + 1, lineStarts);

    public List<Token> All()
    {
        var tokens = new List<Token>();
        Token token;
        do
        {
            token = Next();
            tokens.Add(token);
        } while (token.Kind != TokenKind.End);

        return tokens;
    }

    private static List<int> LineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                starts.Add(i + 1);
            }
        }

        return starts;
    }

    private Location LocationOf(int offset)
    {
        var line = lineStarts.BinarySearch(offset);
        line = line < 0 ? ~line - 1 : line;
        return new Location(file, line + 1, offset - lineStarts[line] + 1);
    }

    private SyntaxFault Fault(int offset, string message) => new(LocationOf(offset), SyntaxFault.Parse, message);

    private Token Next()
    {
        var newLine = SkipSpace();
        var start = at;
        if (at >= end)
        {
            return Make(TokenKind.End, "", start, newLine);
        }

        var unit = text[at];
        if (unit == '"')
        {
            return Make(TokenKind.String, Quoted(), start, newLine);
        }

        if (unit == '`')
        {
            return Make(TokenKind.String, Raw(), start, newLine);
        }

        if (unit == '$' && at + 1 < end && text[at + 1] is '"' or '`')
        {
            var parts = Template();
            return Make(TokenKind.Template, "", start, newLine, parts);
        }

        if (char.IsAsciiDigit(unit))
        {
            return Make(TokenKind.Number, Number(), start, newLine);
        }

        if (char.IsLetter(unit) || unit == '_')
        {
            while (at < end && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
            {
                at++;
            }

            return Make(TokenKind.Name, text[start..at], start, newLine);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0 && at + symbol.Length <= end)
            {
                at += symbol.Length;
                return Make(TokenKind.Symbol, symbol, start, newLine);
            }
        }

        throw Fault(at, $"The character U+{(int)unit:X4} has no meaning here.");
    }

    private Token Make(
        TokenKind kind,
        string own,
        int start,
        bool newLine,
        IReadOnlyList<(string? Text, int Start, int End)>? parts = null
    ) => new(kind, own, start, at, LocationOf(start), newLine, parts);

    private bool SkipSpace()
    {
        var newLine = false;
        while (at < end)
        {
            switch (text[at])
            {
                case '\n':
                    newLine = true;
                    at++;
                    break;
                case ' ' or '\t' or '\r':
                    at++;
                    break;
                case '#':
                    while (at < end && text[at] != '\n')
                    {
                        at++;
                    }

                    break;
                default:
                    return newLine;
            }
        }

        return newLine;
    }

    private string Number()
    {
        var start = at;
        Digits();
        if (at - start > 1 && text[start] == '0')
        {
            throw Fault(start, "A number begins with 0: write it without leading zeros.");
        }

        if (at + 1 < end && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            Digits();
        }

        if (at < end && text[at] is 'e' or 'E')
        {
            at++;
            if (at < end && text[at] is '+' or '-')
            {
                at++;
            }

            if (at >= end || !char.IsAsciiDigit(text[at]))
            {
                throw Fault(start, "The exponent of a number has no digits.");
            }

            Digits();
        }

        if (at < end && (char.IsLetter(text[at]) || text[at] == '_'))
        {
            throw Fault(at, "A number ends in a letter.");
        }

        return text[start..at];
    }

    private void Digits()
    {
        while (at < end && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
    }

    private string Quoted()
    {
        var start = at++;
        var value = new StringBuilder();
        while (true)
        {
            if (at >= end || text[at] == '\n')
            {
                throw Fault(start, "A string does not end on its line.");
            }

            var unit = text[at++];
            if (unit == '"')
            {
                return value.ToString();
            }

            value.Append(unit == '\\' ? Escape(start) : unit);
        }
    }

    private char Escape(int start)
    {
        if (at >= end)
        {
            throw Fault(start, "A string does not end.");
        }

        var unit = text[at++];
        switch (unit)
        {
            case '"' or '\\' or '/':
                return unit;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u'
                when at + 4 <= end
                    && ushort.TryParse(
                        text.AsSpan(at, 4),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out var code
                    ):
                at += 4;
                return (char)code;
            default:
                throw Fault(
                    at - 2,
                    "This escape is unknown: use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four digits."
                );
        }
    }

    private string Raw()
    {
        var start = at++;
        var close = text.IndexOf('`', at, end - at);
        if (close < 0)
        {
            throw Fault(start, "A raw string does not end.");
        }

        at = close + 1;
        return text[(start + 1)..close].Replace("\r", "", StringComparison.Ordinal);
    }

    private List<(string? Text, int Start, int End)> Template()
    {
        var start = at;
        if (templates >= DeepestTemplate)
        {
            throw Fault(start, "Templates are nested too deeply.");
        }

        var raw = text[at + 1] == '`';
        var quote = text[at + 1];
        at += 2;
        var parts = new List<(string? Text, int Start, int End)>();
        var value = new StringBuilder();
        while (true)
        {
            if (at >= end || (!raw && text[at] == '\n'))
            {
                throw Fault(start, "A template does not end.");
            }

            var unit = text[at++];
            if (unit == quote)
            {
                Flush();
                return parts;
            }

            if (unit == '\\' && at < end && text[at] == '{')
            {
                at++;
                value.Append('{');
            }
            else if (unit == '\\' && !raw)
            {
                value.Append(Escape(start));
            }
            else if (unit == '{')
            {
                Flush();
                var inner = Within(at, end);
                var stop = inner.ClosingBrace(start);
                parts.Add((null, at, stop));
                at = stop + 1;
            }
            else
            {
                value.Append(unit);
            }
        }

        void Flush()
        {
            if (value.Length > 0)
            {
                parts.Add((value.ToString(), 0, 0));
                value.Clear();
            }
        }
    }

    private int ClosingBrace(int start)
    {
        var open = 0;
        while (true)
        {
            var token = Next();
            if (token.Kind == TokenKind.End)
            {
                throw Fault(start, "An expression in a template does not end.");
            }

            if (token.Is("{"))
            {
                open++;
            }
            else if (token.Is("}") && open-- == 0)
            {
                return token.Start;
            }
        }
    }
}
