using PhoneNumbers;

namespace Governance.Masking.Methods.Scrubbing;

/// <summary>
/// Finds phone numbers: international ones (<c>+</c> or <c>00</c>, then 7 to 15 digits, ITU-T E.164) of any country, and national ones of
/// one region. British ones are known by their shape (<c>0</c> and nine or ten digits; mobile numbers also without the <c>0</c>), those of
/// other regions by libphonenumber.
/// </summary>
internal sealed class PhoneFinder
{
    /// <summary>The region of contracts that state none.</summary>
    public const string DefaultRegion = "GB";

    private const int Shortest = 7;
    private const int ShortestAfterZeros = 8;
    private const int Longest = 15;
    private const int ShortestNational = 5;
    private const int MostExtension = 6;

    // So much of a hostile text is looked at closely; of the rest every run of digits that could be a number counts as one.
    private const int MostReadings = 2000;

    private static readonly PhoneNumberUtil Util = PhoneNumberUtil.GetInstance();

    private readonly string _region;

    public PhoneFinder(string region) => _region = region;

    /// <summary>The regions that there are, as upper-case ISO 3166-1 codes.</summary>
    public static bool IsRegion(string region) => Util.GetSupportedRegions().Contains(region);

    public void Find(FoldedText text, Findings found)
    {
        var chars = text.Chars;
        var readings = 0;
        var after = 0;
        for (var start = 0; start < chars.Length; start++)
        {
            if (!text.IsGroupStart(start) || start < after)
            {
                continue;
            }

            var run = NumberRun.Read(text, start);
            if (run.Count < ShortestNational)
            {
                continue;
            }

            var plus = Plus(chars, start);
            var count =
                plus >= 0 ? International(in run, 0, Shortest)
                : run.First(2) is [0, 0] ? International(in run, 2, ShortestAfterZeros)
                : 0;
            if (count == 0 && run.DateEnd > 0)
            {
                after = run.DateEnd;
            }
            else if (count == 0)
            {
                count =
                    _region == DefaultRegion
                        ? British(in run, chars, start)
                        : National(text, in run, start, ref readings);
            }

            if (count > 0)
            {
                var from = plus >= 0 ? plus : start;
                var end = run.EndOf(count);
                if (from > 0 && chars[from - 1] == '(' && chars[from..end].Contains(')'))
                {
                    from--;
                }

                after = Extension(chars, end);
                found.Add(from, after, ScrubMark.Phone);
            }
        }
    }

    // Where the plus sign stands, perhaps with a space or an opening bracket after it; -1 without one.
    private static int Plus(ReadOnlySpan<char> chars, int start)
    {
        var at = start - 1;
        while (at >= 0 && start - at <= 2 && chars[at] is ' ' or '(')
        {
            at--;
        }

        return at >= 0 && chars[at] == '+' ? at : -1;
    }

    // How many digits belong to it, with those skipped in front; 0 for none.
    private static int International(ref readonly NumberRun run, int skipped, int shortest)
    {
        if (run.Count <= skipped + shortest - 1)
        {
            return 0;
        }

        var digits = run.First(run.Count)[skipped..];
        if (digits[0] == 0)
        {
            return 0;
        }

        // A British number has nine or ten digits after 44, and people write its national 0 too: what follows is no part of it.
        var longest =
            digits is [4, 4, 0, ..] ? 13
            : digits is [4, 4, ..] ? 12
            : Longest;
        return LongestEnd(in run, skipped + shortest, skipped + longest);
    }

    private static int British(ref readonly NumberRun run, ReadOnlySpan<char> chars, int start)
    {
        var digits = run.First(run.Count);
        return digits switch
        {
            [0, not 0, ..] when !IsFraction(in run, chars, start) && run.FirstSlash > 10 => LongestEnd(in run, 10, 11),
            [4, 4, not (0 or 4 or 6), ..] => LongestEnd(in run, 12, 12),
            [7, not 0, ..] => LongestEnd(in run, 10, 10),
            _ => 0,
        };
    }

    // 0.1234567890 is a number, but no phone's.
    private static bool IsFraction(ref readonly NumberRun run, ReadOnlySpan<char> chars, int start) =>
        run.EndOf(1) == start + 1 && start + 1 < chars.Length && chars[start + 1] == '.';

    private int National(FoldedText text, ref readonly NumberRun run, int start, ref int readings)
    {
        for (var count = Math.Min(run.Count, Longest); count >= ShortestNational; count--)
        {
            if (run.EndOf(count) < 0)
            {
                continue;
            }

            if (readings++ >= MostReadings)
            {
                return count >= Shortest ? count : 0;
            }

            try
            {
                var number = Util.Parse(text.Chars[start..run.EndOf(count)].ToString(), _region);
                if (Util.IsValidNumber(number))
                {
                    return count;
                }
            }
            catch (NumberParseException)
            {
                // Not of this length.
            }
        }

        return 0;
    }

    private static int LongestEnd(ref readonly NumberRun run, int shortest, int longest)
    {
        for (var count = Math.Min(run.Count, longest); count >= shortest; count--)
        {
            if (run.EndOf(count) > 0)
            {
                return count;
            }
        }

        return 0;
    }

    // Where the number ends with its extension, if it has one: ext. 12, x12, #12.
    private static int Extension(ReadOnlySpan<char> chars, int end)
    {
        var at = end;
        while (at < chars.Length && at - end < 2 && chars[at] is ' ' or ',')
        {
            at++;
        }

        var rest = chars[at..];
        var word =
            rest.StartsWith("extension") ? 9
            : rest.StartsWith("extn") ? 4
            : rest.StartsWith("ext") ? 3
            : rest.StartsWith("x") || rest.StartsWith("#") ? 1
            : 0;
        if (word == 0)
        {
            return end;
        }

        at += word;
        while (at < chars.Length && chars[at] is ' ' or '.' or ':')
        {
            at++;
        }

        var digits = at;
        while (digits < chars.Length && digits - at < MostExtension && char.IsAsciiDigit(chars[digits]))
        {
            digits++;
        }

        return digits > at ? digits : end;
    }
}
