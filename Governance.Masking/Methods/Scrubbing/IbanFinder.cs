using System.Collections.Frozen;

namespace Governance.Masking.Methods.Scrubbing;

/// <summary>
/// Finds IBANs (ISO 13616) by their countries' lengths and the check modulo 97, whatever separates their groups. A country that the list
/// lacks may have any length.
/// </summary>
internal static class IbanFinder
{
    private const int Shortest = 15;
    private const int Longest = 34;
    private const int MostSeparators = 2;

    // Of each length, the countries (SWIFT, IBAN Registry).
    private static readonly FrozenDictionary<int, int> Lengths = new (int Length, string Countries)[]
    {
        (15, "NO"),
        (16, "BE"),
        (18, "DK FI FK FO GL NL SD"),
        (19, "MK SI"),
        (20, "AT BA EE KZ LT LU MN XK"),
        (21, "CH HR LI LV"),
        (22, "BG BH CR DE GB GE IE ME RS VA"),
        (23, "AE GI IL IQ OM SO TL"),
        (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
        (25, "LY PT ST"),
        (26, "IS TR"),
        (27, "BI DJ FR GR IT MC MR SM"),
        (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
        (29, "BR EG PS QA UA"),
        (30, "JO KW MU YE"),
        (31, "MT SC"),
        (32, "LC"),
        (33, "RU"),
    }
        .SelectMany(row => row.Countries.ToLowerInvariant().Split(' ').Select(code => (Key(code), row.Length)))
        .ToFrozenDictionary(pair => pair.Item1, pair => pair.Length);

    public static void Find(FoldedText text, Findings found)
    {
        var chars = text.Chars;
        Span<char> compact = stackalloc char[Longest];
        Span<int> ends = stackalloc int[Longest];
        for (var start = 0; start + Shortest <= chars.Length; start++)
        {
            if (!char.IsAsciiLetterLower(chars[start]) || !char.IsAsciiLetterLower(chars[start + 1]))
            {
                continue;
            }

            // Two digits follow, perhaps after a space; of prose hardly anything passes this.
            var digits = Skip(chars, start + 2);
            if (
                digits + 1 >= chars.Length
                || !char.IsAsciiDigit(chars[digits])
                || !char.IsAsciiDigit(chars[digits + 1])
            )
            {
                continue;
            }

            if (End(text, start, compact, ends) is var end and > 0)
            {
                found.Add(start, end, ScrubMark.Iban);
            }
        }
    }

    // Gives where it ends, or -1.
    private static int End(FoldedText text, int start, Span<char> compact, Span<int> ends)
    {
        var chars = text.Chars;
        var count = 0;
        var grouped = Longest;
        for (var at = start; at < chars.Length && count < Longest && char.IsAsciiLetterOrDigit(chars[at]); )
        {
            compact[count] = chars[at];
            ends[count] = ++at;
            count++;
            var next = Skip(chars, at);
            if (next > at && count % 4 != 0)
            {
                grouped = Math.Min(grouped, count);
            }

            at = next;
        }

        if (Lengths.TryGetValue(Key(compact), out var length))
        {
            return count >= length && IsIban(compact[..length], ends[length - 1] - start) ? ends[length - 1] : -1;
        }

        // Of no known country: in groups of four, or in one piece, and nothing before it.
        for (count = text.IsBorder(start) ? Math.Min(count, grouped) : 0; count >= Shortest; count--)
        {
            if (text.IsBorder(ends[count - 1]) && IsIban(compact[..count], ends[count - 1] - start))
            {
                return ends[count - 1];
            }
        }

        return -1;
    }

    // One in 97 runs of words would pass the check: words have no digits, accounts are mostly digits.
    private static bool IsIban(ReadOnlySpan<char> compact, int written)
    {
        if (!CheckDigits.IsIban(compact))
        {
            return false;
        }

        var digits = 0;
        foreach (var character in compact)
        {
            digits += char.IsAsciiDigit(character) ? 1 : 0;
        }

        return written == compact.Length || 5 * digits >= 2 * compact.Length;
    }

    private static int Skip(ReadOnlySpan<char> chars, int at)
    {
        var end = at;
        while (end < chars.Length && end - at < MostSeparators && chars[end] is ' ' or '-' or '.')
        {
            end++;
        }

        return end;
    }

    private static int Key(ReadOnlySpan<char> country) => (country[0] << 8) | country[1];
}
