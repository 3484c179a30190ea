namespace Governance.Masking.Methods.Scrubbing;

/// <summary>Finds British codes of letters and digits: postcodes and National Insurance numbers.</summary>
internal static class CodeFinder
{
    private const int MostSeparators = 2;

    // Overseas territories: four letters, then 1ZZ (Royal Mail, Programmers' guide).
    private static readonly string[] Territories =
    [
        "ascn",
        "bbnd",
        "biqq",
        "fiqq",
        "pcrn",
        "siqq",
        "sthl",
        "tdcu",
        "tkca",
    ];

    // Never issued (HMRC, National Insurance Manual NIM39110).
    private static readonly string[] NotIssued = ["bg", "gb", "kn", "nk", "nt", "tn", "zz"];

    public static void Find(FoldedText text, bool postcodes, bool insurance, Findings found)
    {
        for (var start = 0; start < text.Length; start++)
        {
            if (!char.IsAsciiLetterLower(text.Chars[start]) || !text.IsBorder(start))
            {
                continue;
            }

            if (postcodes && Postcode(text, start) is var postcode and > 0)
            {
                found.Add(start, postcode, ScrubMark.Postcode);
            }

            if (insurance && Insurance(text, start) is var number and > 0)
            {
                found.Add(start, number, ScrubMark.NiNumber);
            }
        }
    }

    // Gives where it ends, or -1.
    private static int Postcode(FoldedText text, int start)
    {
        for (var length = 4; length >= 2; length--)
        {
            if (
                start + length <= text.Length
                && IsOutward(text.Chars.Slice(start, length))
                && Inward(text, start + length) is var end and > 0
            )
            {
                return end;
            }
        }

        return -1;
    }

    // A9, A99, A9A, AA9, AA99, AA9A; a territory; GIR of GIR 0AA.
    private static bool IsOutward(ReadOnlySpan<char> code)
    {
        if (code.SequenceEqual("gir") || (code.Length == 4 && Contains(Territories, code)))
        {
            return true;
        }

        var letters = char.IsAsciiLetterLower(code[1]) ? 2 : 1;
        if (code[0] is 'q' or 'v' or 'x' || (letters == 2 && code[1] is 'i' or 'j' or 'z'))
        {
            return false;
        }

        var rest = code[letters..];
        return rest.Length is 1 or 2
            && char.IsAsciiDigit(rest[0])
            && (rest.Length == 1 || char.IsAsciiDigit(rest[1]) || char.IsAsciiLetterLower(rest[1]));
    }

    private static int Inward(FoldedText text, int at)
    {
        var chars = text.Chars;
        at = Skip(chars, at);
        return
            at + 3 <= chars.Length
            && char.IsAsciiDigit(chars[at])
            && IsInwardLetter(chars[at + 1])
            && IsInwardLetter(chars[at + 2])
            && text.IsBorder(at + 3)
            ? at + 3
            : -1;
    }

    private static bool IsInwardLetter(char character) =>
        char.IsAsciiLetterLower(character) && character is not ('c' or 'i' or 'k' or 'm' or 'o' or 'v');

    // Two letters, six digits, and A to D, which people leave out.
    private static int Insurance(FoldedText text, int start)
    {
        var chars = text.Chars;
        if (
            start + 8 > chars.Length
            || chars[start] is 'd' or 'f' or 'i' or 'q' or 'u' or 'v'
            || !char.IsAsciiLetterLower(chars[start + 1])
            || chars[start + 1] is 'd' or 'f' or 'i' or 'o' or 'q' or 'u' or 'v'
            || Contains(NotIssued, chars.Slice(start, 2))
        )
        {
            return -1;
        }

        // Lengths of groups tell a number from a word and a date (on 2024-02 a ...), or a word and a figure (at 123456).
        var at = start + 2;
        var isPaired = true;
        var first = 0;
        for (var digits = 0; digits < 6; digits++)
        {
            var next = Skip(chars, at);
            if (next >= chars.Length || !char.IsAsciiDigit(chars[next]))
            {
                return -1;
            }

            isPaired &= digits == 0 || next > at == (digits % 2 == 0);
            first = first == 0 && digits > 0 && next > at ? digits : first;
            at = next + 1;
        }

        var suffix = Skip(chars, at);
        if (suffix < chars.Length && chars[suffix] is >= 'a' and <= 'd' && text.IsBorder(suffix + 1))
        {
            return first == 4 ? -1 : suffix + 1;
        }

        return text.IsBorder(at) && (isPaired || at == start + 8) ? at : -1;
    }

    private static int Skip(ReadOnlySpan<char> chars, int at)
    {
        var end = at;
        while (end < chars.Length && end - at < MostSeparators && chars[end] is (' ' or '-' or '.' or '/'))
        {
            end++;
        }

        return end;
    }

    private static bool Contains(string[] codes, ReadOnlySpan<char> code)
    {
        foreach (var one in codes)
        {
            if (code.SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }
}
