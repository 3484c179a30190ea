using System.Runtime.CompilerServices;

namespace Governance.Masking.Methods.Scrubbing;

/// <summary>
/// The digits from one place of a text on, whatever separates their groups: up to three spaces, dashes, points, slashes or brackets.
/// As many as the longest number that is looked for, so that reading from every group of a text takes time in proportion to its length.
/// </summary>
internal ref struct NumberRun
{
    /// <summary>Most digits read: a meter point number's 21 and one more.</summary>
    public const int MaxDigits = 22;

    private const int MostSeparators = 3;

    private Digits _digits;
    private Places _ends;

    /// <summary>How many digits were read.</summary>
    public int Count { get; private set; }

    /// <summary>The first digits' values.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ReadOnlySpan<byte> First(int count) => ((ReadOnlySpan<byte>)_digits)[..count];

    /// <summary>Where, in the text, the number of this many digits ends; -1 where that is inside a group.</summary>
    public readonly int EndOf(int count) => _ends[count - 1];

    /// <summary>How many digits stand before the first slash.</summary>
    public int FirstSlash { get; private set; }

    /// <summary>Where the date ends that it begins with, such as <c>2024-02-29</c> or <c>29/02/2024</c>; 0 where it begins otherwise.</summary>
    public int DateEnd { get; private set; }

    /// <summary>Reads from the start of a group.</summary>
    public static NumberRun Read(FoldedText text, int start)
    {
        var run = new NumberRun { FirstSlash = int.MaxValue };
        var chars = text.Chars;
        var at = start;
        Span<int> groups = stackalloc int[3];
        var group = 0;
        while (true)
        {
            run._digits[run.Count] = (byte)(chars[at] - '0');
            at++;
            var next = at;
            if (group < groups.Length)
            {
                groups[group]++;
            }

            while (next < chars.Length && next - at < MostSeparators && IsSeparator(chars[next]))
            {
                next++;
            }

            var goesOn = next < chars.Length && char.IsAsciiDigit(chars[next]);
            var isEnd = next > at || !goesOn || text.HasGapBefore(next);
            run._ends[run.Count] = isEnd ? at : -1;
            run.Count++;
            if (!goesOn || run.Count == MaxDigits)
            {
                break;
            }

            if (next > at)
            {
                group++;
                if (run.FirstSlash == int.MaxValue && chars[at..next].Contains('/'))
                {
                    run.FirstSlash = run.Count;
                }
            }

            at = next;
        }

        if (
            group >= 2
            && (
                (groups[0] == 4 && groups[1] <= 2 && groups[2] <= 2 && run.IsCentury(0))
                || (groups[0] <= 2 && groups[1] <= 2 && groups[2] == 4 && run.IsCentury(groups[0] + groups[1]))
            )
        )
        {
            run.DateEnd = run.EndOf(groups[0] + groups[1] + groups[2]);
        }

        return run;
    }

    private readonly bool IsCentury(int index) => (_digits[index], _digits[index + 1]) is (1, 9) or (2, 0);

    private static bool IsSeparator(char character) => character is ' ' or '-' or '.' or '/' or '(' or ')';

    [InlineArray(MaxDigits)]
    private struct Digits
    {
        private byte _first;
    }

    [InlineArray(MaxDigits)]
    private struct Places
    {
        private int _first;
    }
}
