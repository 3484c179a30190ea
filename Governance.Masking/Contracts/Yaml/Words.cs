using System.Text;

namespace Governance.Masking.Contracts.Yaml;

/// <summary>How messages speak of what a contract says.</summary>
internal static class Words
{
    private const int LongestQuote = 60;

    // More candidates than any contract has columns: a hostile one does not turn hints into work.
    private const int MostCandidates = 500;

    /// <summary>A word of the contract, shortened and without control characters, in single quotes.</summary>
    public static string Quote(string word)
    {
        var quoted = new StringBuilder("'");
        foreach (var rune in word.EnumerateRunes().Take(LongestQuote))
        {
            quoted.Append(Rune.IsControl(rune) ? "?" : rune.ToString());
        }

        return quoted.Append(word.Length > LongestQuote ? "…'" : "'").ToString();
    }

    /// <summary><c>a, b, c</c>.</summary>
    public static string List(IEnumerable<string> words) => string.Join(", ", words);

    /// <summary>The known word that was most likely meant, as the end of a sentence; or nothing.</summary>
    public static string DidYouMean(string word, IEnumerable<string> known) =>
        Nearest(word, known) is { } near ? $" Did you mean '{near}'?" : "";

    /// <summary>The known word that differs least, where it differs little.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > 64)
        {
            return null;
        }

        string? nearest = null;
        var least = Math.Min(3, (word.Length / 3) + 1);
        foreach (var candidate in known.Take(MostCandidates))
        {
            var distance = Distance(word, candidate, least);
            if (distance < least || (distance == least && nearest is null))
            {
                nearest = candidate;
                least = distance;
            }
        }

        return nearest;
    }

    /// <summary>Edits (insert, delete, replace, swap of neighbours) between two words, without regard to case; more than <paramref name="limit"/> is not counted out.</summary>
    public static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) > limit)
        {
            return limit + 1;
        }

        // Three rows of the table are enough: this one, the one before, and the one before that for swaps.
        var width = right.Length + 1;
        Span<int> rows = stackalloc int[3 * 130];
        if (width > 130)
        {
            return limit + 1;
        }

        var before = rows[..width];
        var last = rows.Slice(130, width);
        var row = rows.Slice(260, width);
        for (var j = 0; j < width; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j < width; j++)
            {
                var replaced = last[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1);
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, replaced);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }

                least = Math.Min(least, row[j]);
            }

            if (least > limit)
            {
                return limit + 1;
            }

            var free = before;
            before = last;
            last = row;
            row = free;
        }

        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
