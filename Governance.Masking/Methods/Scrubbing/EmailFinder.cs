namespace Governance.Masking.Methods.Scrubbing;

/// <summary>Finds e-mail addresses: what RFC 5322 allows before an at sign, also in quotation marks, and a host or an address in brackets after it.</summary>
internal static class EmailFinder
{
    private const int LongestQuoted = 64;

    public static void Find(FoldedText text, Findings found)
    {
        var chars = text.Chars;
        var before = 0;
        while (before < chars.Length)
        {
            var at = chars[before..].IndexOf('@');
            if (at < 0)
            {
                return;
            }

            at += before;
            var start = Local(chars, before, at);
            var end = Host(chars, at + 1);
            if (start < at && end > at + 1)
            {
                found.Add(start, end, ScrubMark.Email);
            }

            before = at + 1;
        }
    }

    private static int Local(ReadOnlySpan<char> chars, int from, int at)
    {
        if (at > from && chars[at - 1] == '"')
        {
            var opening = chars[Math.Max(from, at - 1 - LongestQuoted)..(at - 1)].LastIndexOf('"');
            return opening < 0 ? at : Math.Max(from, at - 1 - LongestQuoted) + opening;
        }

        var start = at;
        while (start > from && (Folding.IsWord(chars[start - 1]) || IsAtom(chars[start - 1])))
        {
            start--;
        }

        return start;
    }

    private static int Host(ReadOnlySpan<char> chars, int from)
    {
        if (from < chars.Length && chars[from] == '[')
        {
            var closing = chars[from..Math.Min(chars.Length, from + LongestQuoted)].IndexOf(']');
            return closing < 0 ? from : from + closing + 1;
        }

        var end = from;
        for (var index = from; index < chars.Length; index++)
        {
            if (Folding.IsWord(chars[index]))
            {
                end = index + 1;
            }
            else if (chars[index] is not ('.' or '-' or '_') || chars[index - 1] is '.' or '@')
            {
                break;
            }
        }

        return end;
    }

    private static bool IsAtom(char character) => ".!#$%&'*+-/=?^_`{|}~".Contains(character, StringComparison.Ordinal);
}
