using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Governance.Policies.Rego.Evaluation;

namespace Governance.Policies.Rego.Builtins;

/// <summary>
/// Go's regular expressions (RE2) by .NET's engine without backtracking: linear in time, and without look-around and references
/// back. The syntax is translated where the two differ; what has no counterpart is an error, never another meaning.
/// </summary>
internal sealed class GoRegex
{
    private const int MostKept = 512;
    private const int LongestPattern = 4096;

    private static readonly ConcurrentDictionary<string, GoRegex> Known = new(StringComparer.Ordinal);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string> Posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    private readonly Regex regex;
    private readonly bool asciiOnly;

    private GoRegex(Regex regex, bool asciiOnly) => (this.regex, this.asciiOnly) = (regex, asciiOnly);

    /// <summary>Reads a pattern; null where it is none.</summary>
    /// <exception cref="NotSupportedException">Go takes it, and there is no counterpart.</exception>
    public static GoRegex? Read(string pattern)
    {
        if (Known.TryGetValue(pattern, out var known))
        {
            return known;
        }

        if (pattern.Length > LongestPattern)
        {
            throw new NotSupportedException("the pattern is too long");
        }

        var translation = new Translation(pattern);
        if (translation.Run() is not { } translated)
        {
            return null;
        }

        GoRegex made;
        try
        {
            made = new GoRegex(
                new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Longest),
                translation.AsciiOnly
            );
        }
        catch (ArgumentException)
        {
            return null;
        }

        if (Known.Count < MostKept)
        {
            Known.TryAdd(pattern, made);
        }

        return made;
    }

    public bool IsMatch(string text) => regex.IsMatch(Checked(text));

    /// <summary>All matches, without those of nothing directly behind another one: as Go counts them.</summary>
    public IEnumerable<Match> Matches(string text)
    {
        var end = -1;
        foreach (Match match in regex.Matches(Checked(text)))
        {
            if (match.Length == 0 && match.Index == end)
            {
                continue;
            }

            end = match.Index + match.Length;
            yield return match;
        }
    }

    /// <summary>Go's <c>Expand</c>: <c>$1</c>, <c>${name}</c> and <c>$$</c>.</summary>
    public static string Expand(string template, Match match)
    {
        var text = new StringBuilder();
        for (var at = 0; at < template.Length; at++)
        {
            if (template[at] != '$')
            {
                text.Append(template[at]);
                continue;
            }

            if (at + 1 < template.Length && template[at + 1] == '$')
            {
                text.Append('$');
                at++;
                continue;
            }

            var braced = at + 1 < template.Length && template[at + 1] == '{';
            var start = braced ? at + 2 : at + 1;
            var end = start;
            while (end < template.Length && (char.IsLetterOrDigit(template[end]) || template[end] == '_'))
            {
                end++;
            }

            if (end == start || (braced && (end >= template.Length || template[end] != '}')))
            {
                text.Append('$');
                continue;
            }

            text.Append(match.Groups[template[start..end]].Value);
            at = braced ? end : end - 1;
        }

        return text.ToString();
    }

    private string Checked(string text)
    {
        // What .NET counts in UTF-16 and Go in characters, and word boundaries beyond ASCII, differ.
        foreach (var unit in text)
        {
            if (char.IsSurrogate(unit) || (asciiOnly && unit > 0x7F))
            {
                throw new NotSupportedException(
                    "the text holds characters that the pattern would treat otherwise than in Go"
                );
            }
        }

        return text;
    }

    private sealed class Translation(string pattern)
    {
        private readonly StringBuilder text = new();
        private readonly Stack<bool> outer = new();
        private bool multiline;
        private int at;

        public bool AsciiOnly { get; private set; }

        public string? Run()
        {
            foreach (var unit in pattern)
            {
                if (char.IsSurrogate(unit))
                {
                    throw new NotSupportedException("the pattern holds characters outside of the basic plane");
                }
            }

            while (at < pattern.Length)
            {
                var read = pattern[at] switch
                {
                    '\\' => Escape(inClass: false),
                    '[' => Class(),
                    '(' => Group(),
                    ')' => Close(),
                    '$' => Dollar(),
                    '#' or ' ' => Literal(),
                    _ => Take(),
                };
                if (!read)
                {
                    return null;
                }
            }

            return outer.Count == 0 ? text.ToString() : null;
        }

        private bool Take()
        {
            text.Append(pattern[at++]);
            return true;
        }

        private bool Literal()
        {
            text.Append('\\').Append(pattern[at++]);
            return true;
        }

        // Without m, Go's $ is the end of the text, and not also before its last line break.
        private bool Dollar()
        {
            at++;
            text.Append(multiline ? "$" : @"\z");
            return true;
        }

        private bool Close()
        {
            at++;
            if (outer.Count == 0)
            {
                return false;
            }

            multiline = outer.Pop();
            text.Append(')');
            return true;
        }

        private bool Group()
        {
            at++;
            if (at >= pattern.Length || pattern[at] != '?')
            {
                outer.Push(multiline);
                text.Append('(');
                return true;
            }

            at++;
            if (string.CompareOrdinal(pattern, at, "P<", 0, 2) == 0)
            {
                at++;
            }

            if (at < pattern.Length && pattern[at] == '<')
            {
                var close = pattern.IndexOf('>', at);
                var name = close < 0 ? "" : pattern[(at + 1)..close];
                if (name.Length == 0 || !name.All(unit => char.IsAsciiLetterOrDigit(unit) || unit == '_'))
                {
                    return false;
                }

                // .NET numbers named groups behind all others.
                throw new NotSupportedException("named groups");
            }

            outer.Push(multiline);
            text.Append("(?");
            var minus = false;
            for (; at < pattern.Length; at++)
            {
                switch (pattern[at])
                {
                    case 'i' or 's':
                        text.Append(pattern[at]);
                        break;
                    case 'm':
                        text.Append('m');
                        multiline = !minus;
                        break;
                    case 'U':
                        throw new NotSupportedException("the flag U");
                    case '-' when !minus:
                        minus = true;
                        text.Append('-');
                        break;
                    case ':':
                        at++;
                        text.Append(':');
                        return true;
                    case ')':
                        at++;
                        outer.Pop();
                        text.Append(')');
                        return true;
                    default:
                        return false;
                }
            }

            return false;
        }

        private bool Escape(bool inClass)
        {
            at++;
            if (at >= pattern.Length)
            {
                return false;
            }

            var unit = pattern[at++];
            switch (unit)
            {
                case 'd':
                    text.Append(inClass ? "0-9" : "[0-9]");
                    return true;
                case 'D':
                    text.Append(inClass ? @"\x00-/:-\uFFFF" : "[^0-9]");
                    return true;
                case 'w':
                    text.Append(inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]");
                    return true;
                case 'W':
                    text.Append(inClass ? @"\x00-/:-@\[-\^`{-\uFFFF" : "[^0-9A-Za-z_]");
                    return true;
                case 's':
                    text.Append(inClass ? @"\t\n\f\r " : @"[\t\n\f\r ]");
                    return true;
                case 'S':
                    text.Append(inClass ? @"\x00-\x08\x0B\x0E-\x1F!-\uFFFF" : @"[^\t\n\f\r ]");
                    return true;
                case 'b' or 'B' when !inClass:
                    AsciiOnly = true;
                    text.Append('\\').Append(unit);
                    return true;
                case 'A' or 'z' when !inClass:
                    text.Append('\\').Append(unit);
                    return true;
                case 'a' or 'f' or 'n' or 'r' or 't' or 'v':
                    text.Append('\\').Append(unit);
                    return true;
                case 'Q' when !inClass:
                    var end = pattern.IndexOf(@"\E", at, StringComparison.Ordinal);
                    var quoted = end < 0 ? pattern[at..] : pattern[at..end];
                    text.Append(Regex.Escape(quoted));
                    at = end < 0 ? pattern.Length : end + 2;
                    return true;
                case 'x':
                    return Hexadecimal();
                case 'p' or 'P':
                    return Category(unit);
                case >= '0' and <= '7':
                    return Octal(unit);
                default:
                    if (char.IsAsciiLetterOrDigit(unit) || unit > 0x7F)
                    {
                        return false;
                    }

                    text.Append('\\').Append(unit);
                    return true;
            }
        }

        private bool Octal(char first)
        {
            // \1 to \7 alone would be references back, which RE2 has not.
            if (first != '0' && (at >= pattern.Length || pattern[at] is < '0' or > '7'))
            {
                return false;
            }

            var code = first - '0';
            for (var i = 0; i < 2 && at < pattern.Length && pattern[at] is >= '0' and <= '7'; i++)
            {
                code = (code * 8) + (pattern[at++] - '0');
            }

            return Code(code);
        }

        private bool Hexadecimal()
        {
            string digits;
            if (at < pattern.Length && pattern[at] == '{')
            {
                var close = pattern.IndexOf('}', at);
                if (close < 0)
                {
                    return false;
                }

                digits = pattern[(at + 1)..close];
                at = close + 1;
            }
            else
            {
                if (at + 2 > pattern.Length)
                {
                    return false;
                }

                digits = pattern.Substring(at, 2);
                at += 2;
            }

            return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                && Code(code);
        }

        private bool Code(int code)
        {
            if (code is > 0xFFFF or (>= 0xD800 and <= 0xDFFF))
            {
                throw new NotSupportedException("characters outside of the basic plane");
            }

            text.Append(CultureInfo.InvariantCulture, $"\\u{code:X4}");
            return true;
        }

        private bool Category(char kind)
        {
            if (at >= pattern.Length)
            {
                return false;
            }

            string name;
            if (pattern[at] == '{')
            {
                var close = pattern.IndexOf('}', at);
                if (close < 0)
                {
                    return false;
                }

                name = pattern[(at + 1)..close];
                at = close + 1;
            }
            else
            {
                name = pattern[at++].ToString();
            }

            if (name.Length > 2 || !name.All(char.IsAsciiLetter))
            {
                throw new NotSupportedException("scripts of Unicode");
            }

            text.Append('\\').Append(kind).Append('{').Append(name).Append('}');
            return true;
        }

        private bool Class()
        {
            text.Append('[');
            at++;
            if (at < pattern.Length && pattern[at] == '^')
            {
                text.Append('^');
                at++;
            }

            for (var first = true; at < pattern.Length; first = false)
            {
                var unit = pattern[at];
                if (unit == ']' && !first)
                {
                    at++;
                    text.Append(']');
                    return true;
                }

                if (unit == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
                {
                    var close = pattern.IndexOf(":]", at + 2, StringComparison.Ordinal);
                    if (close >= 0)
                    {
                        var name = pattern[(at + 2)..close];
                        if (name.StartsWith('^'))
                        {
                            throw new NotSupportedException("negated classes by name");
                        }

                        if (!Posix.TryGetValue(name, out var ranges))
                        {
                            return false;
                        }

                        text.Append(ranges);
                        at = close + 2;
                        continue;
                    }
                }

                if (unit == '\\')
                {
                    if (!Escape(inClass: true))
                    {
                        return false;
                    }
                }
                else
                {
                    text.Append(unit is '[' or ']' or '^' ? "\\" + unit : unit.ToString());
                    at++;
                }
            }

            return false;
        }
    }
}
