namespace Governance.Masking.Methods.Scrubbing;

/// <summary>Finds payment cards, NHS numbers and meter point numbers: by their lengths and check digits, whatever separates their groups.</summary>
internal static class NumberFinder
{
    private const int ShortestCard = 13;
    private const int LongestCard = 19;

    public static void Find(FoldedText text, bool cards, bool nhsNumbers, bool mpans, Findings found)
    {
        for (var start = 0; start < text.Length; start++)
        {
            if (!text.IsGroupStart(start))
            {
                continue;
            }

            var run = NumberRun.Read(text, start);
            if (run.DateEnd > 0)
            {
                start = run.DateEnd - 1;
                continue;
            }

            if (run.Count < CheckDigits.NhsLength)
            {
                continue;
            }

            if (cards)
            {
                FindCard(in run, start, found);
            }

            if (
                nhsNumbers
                && EndOf(in run, CheckDigits.NhsLength) is var nhs and > 0
                && CheckDigits.IsNhsNumber(run.First(CheckDigits.NhsLength))
            )
            {
                found.Add(start, nhs, ScrubMark.NhsNumber);
            }

            if (mpans)
            {
                FindMpan(in run, start, found);
            }
        }
    }

    private static void FindCard(ref readonly NumberRun run, int start, Findings found)
    {
        for (var count = Math.Min(run.Count, LongestCard); count >= ShortestCard; count--)
        {
            if (run.EndOf(count) > 0 && run.First(1)[0] != 0 && CheckDigits.IsLuhn(run.First(count)))
            {
                found.Add(start, run.EndOf(count), ScrubMark.Card);
                return;
            }
        }
    }

    private static void FindMpan(ref readonly NumberRun run, int start, Findings found)
    {
        if (
            EndOf(in run, CheckDigits.FullMpanLength) is var full and > 0
            && CheckDigits.IsMpan(run.First(CheckDigits.FullMpanLength)[^CheckDigits.MpanLength..])
        )
        {
            found.Add(start, full, ScrubMark.Mpan);
        }
        else if (
            EndOf(in run, CheckDigits.MpanLength) is var core and > 0
            && run.First(1)[0] != 0
            && CheckDigits.IsMpan(run.First(CheckDigits.MpanLength))
        )
        {
            found.Add(start, core, ScrubMark.Mpan);
        }
    }

    private static int EndOf(ref readonly NumberRun run, int count) => run.Count >= count ? run.EndOf(count) : -1;
}
