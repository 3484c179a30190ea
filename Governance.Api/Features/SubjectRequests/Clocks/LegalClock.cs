using NodaTime;
using NodaTime.Extensions;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>
/// The legal deadline: GDPR Art. 12(3), one calendar month from receipt, counted as Regulation (EEC, Euratom) 1182/71 counts:
/// the corresponding date, the end of a shorter month where there is none, and the next working day where offices are shut.
/// </summary>
internal static class LegalClock
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/London"];

    /// <summary>The day on which a request arrived, where the people who work on it are.</summary>
    public static LocalDate ReceivedOn(DateTimeOffset receivedAt) => receivedAt.ToInstant().InZone(Zone).Date;

    /// <summary>The last day for an answer.</summary>
    public static LocalDate DueOn(DateTimeOffset receivedAt)
    {
        // PlusMonths clamps to the end of a shorter month.
        var due = ReceivedOn(receivedAt).PlusMonths(1);
        while (!BankHolidays.IsWorkingDay(due))
        {
            due = due.PlusDays(1);
        }

        return due;
    }

    /// <summary>Days left until the deadline, negative after it.</summary>
    public static int DaysLeft(DateTimeOffset receivedAt, DateTimeOffset now) =>
        Period.DaysBetween(ReceivedOn(now), DueOn(receivedAt));

    /// <summary>Whether an answer then is in time.</summary>
    public static bool IsInTime(DateTimeOffset receivedAt, DateTimeOffset endedAt) =>
        ReceivedOn(endedAt) <= DueOn(receivedAt);
}
