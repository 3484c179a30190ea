using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>
/// The legal deadline: GDPR Art. 12(3), one calendar month from receipt, counted as Regulation (EEC, Euratom) 1182/71 counts:
/// the corresponding date, the end of a shorter month where there is none, and the next working day where offices are shut. An
/// extension makes it three months in all, from the same receipt. Days are those of the office's time zone and region.
/// </summary>
internal sealed class LegalClock(IOptions<OfficeOptions> office)
{
    private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb[office.Value.TimeZone];
    private readonly HolidayCalendar _holidays = new(office.Value.Region, office.Value.ExtraHolidays);

    /// <summary>Whose holidays count.</summary>
    public string Region => _holidays.Name;

    /// <summary>The office's time zone.</summary>
    public string Zone => _zone.Id;

    /// <summary>Whether the office works.</summary>
    public bool IsWorkingDay(LocalDate day) => _holidays.IsWorkingDay(day);

    /// <summary>The day on which a request arrived, where the people who work on it are.</summary>
    public LocalDate ReceivedOn(DateTimeOffset receivedAt) => receivedAt.ToInstant().InZone(_zone).Date;

    /// <summary>The first moment of a day, where the people who work on requests are.</summary>
    public DateTimeOffset StartOf(LocalDate day) => _zone.AtStartOfDay(day).ToDateTimeOffset();

    /// <summary>The last day for an answer, and for saying that it will take longer.</summary>
    public LocalDate DueOn(DateTimeOffset receivedAt) => After(receivedAt, months: 1);

    /// <summary>The last day for an answer where the person was told why it takes longer: two months more, counted from receipt.</summary>
    public LocalDate ExtendedDueOn(DateTimeOffset receivedAt) => After(receivedAt, months: 3);

    /// <summary>The day that holds.</summary>
    public LocalDate DueOn(DateTimeOffset receivedAt, bool isExtended) =>
        isExtended ? ExtendedDueOn(receivedAt) : DueOn(receivedAt);

    /// <summary>Days left until the deadline, negative after it.</summary>
    public int DaysLeft(DateTimeOffset receivedAt, DateTimeOffset now, bool isExtended = false) =>
        Period.DaysBetween(ReceivedOn(now), DueOn(receivedAt, isExtended));

    /// <summary>Whether an answer then is in time.</summary>
    public bool IsInTime(DateTimeOffset receivedAt, DateTimeOffset endedAt, bool isExtended = false) =>
        ReceivedOn(endedAt) <= DueOn(receivedAt, isExtended);

    /// <summary>A day as <c>2026-03-10</c>.</summary>
    public static string Text(LocalDate day) => LocalDatePattern.Iso.Format(day);

    private LocalDate After(DateTimeOffset receivedAt, int months)
    {
        // PlusMonths clamps to the end of a shorter month.
        var due = ReceivedOn(receivedAt).PlusMonths(months);
        while (!IsWorkingDay(due))
        {
            due = due.PlusDays(1);
        }

        return due;
    }
}
