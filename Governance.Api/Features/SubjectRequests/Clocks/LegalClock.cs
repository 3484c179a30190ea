using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>
/// The legal deadline: GDPR Art. 12(3), one calendar month from receipt, counted as Regulation (EEC, Euratom) 1182/71 counts:
/// the corresponding date, the end of a shorter month where there is none, and the next working day where offices are shut. An
/// extension makes it three months in all, from the same receipt.
/// </summary>
internal static class LegalClock
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/London"];

    /// <summary>The day on which a request arrived, where the people who work on it are.</summary>
    public static LocalDate ReceivedOn(DateTimeOffset receivedAt) => receivedAt.ToInstant().InZone(Zone).Date;

    /// <summary>The last day for an answer, and for saying that it will take longer.</summary>
    public static LocalDate DueOn(DateTimeOffset receivedAt) => After(receivedAt, months: 1);

    /// <summary>The last day for an answer where the person was told why it takes longer: two months more, counted from receipt.</summary>
    public static LocalDate ExtendedDueOn(DateTimeOffset receivedAt) => After(receivedAt, months: 3);

    /// <summary>The day that holds.</summary>
    public static LocalDate DueOn(DateTimeOffset receivedAt, bool isExtended) =>
        isExtended ? ExtendedDueOn(receivedAt) : DueOn(receivedAt);

    /// <summary>Days left until the deadline, negative after it.</summary>
    public static int DaysLeft(DateTimeOffset receivedAt, DateTimeOffset now, bool isExtended = false) =>
        Period.DaysBetween(ReceivedOn(now), DueOn(receivedAt, isExtended));

    /// <summary>Whether an answer then is in time.</summary>
    public static bool IsInTime(DateTimeOffset receivedAt, DateTimeOffset endedAt, bool isExtended = false) =>
        ReceivedOn(endedAt) <= DueOn(receivedAt, isExtended);

    /// <summary>A day as <c>2026-03-10</c>.</summary>
    public static string Text(LocalDate day) => LocalDatePattern.Iso.Format(day);

    private static LocalDate After(DateTimeOffset receivedAt, int months)
    {
        // PlusMonths clamps to the end of a shorter month.
        var due = ReceivedOn(receivedAt).PlusMonths(months);
        while (!BankHolidays.IsWorkingDay(due))
        {
            due = due.PlusDays(1);
        }

        return due;
    }
}
