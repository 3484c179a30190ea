using System.Globalization;
using CsCheck;
using Governance.Api.Features.SubjectRequests.Clocks;
using Microsoft.Extensions.Options;
using NodaTime.Text;

namespace Governance.Tests.Features.SubjectRequests.Clocks;

public sealed class LegalClockTests
{
    private static readonly LegalClock Clock = Of("england-and-wales", "Europe/London");

    [Theory]
    [InlineData("2026-09-03T09:00:00Z", "2026-10-05")] // 3 October is a Saturday
    [InlineData("2026-03-10T09:00:00Z", "2026-04-10")]
    [InlineData("2026-01-31T09:00:00Z", "2026-03-02")] // clamped to 28 February, a Saturday
    [InlineData("2024-01-31T09:00:00Z", "2024-02-29")] // leap year
    [InlineData("2026-11-25T09:00:00Z", "2026-12-29")] // Christmas, the substitute for Boxing Day between
    [InlineData("2026-03-03T09:00:00Z", "2026-04-07")] // Good Friday to Easter Monday
    [InlineData("2026-06-30T23:30:00Z", "2026-08-03")] // in London it is July already; 1 August is a Saturday
    [InlineData("2026-12-31T12:00:00Z", "2027-02-01")] // 31 January is a Sunday
    public void DueOn_OfAReceipt_IsOneCalendarMonthLater(string received, string due) =>
        Clock
            .DueOn(DateTimeOffset.Parse(received, CultureInfo.InvariantCulture))
            .Should()
            .Be(LocalDatePattern.Iso.Parse(due).Value);

    [Theory]
    [InlineData("2026-01-31T09:00:00Z", "2026-03-02", "2026-04-30")] // 28 February is a Saturday; April has 30 days
    [InlineData("2024-01-31T09:00:00Z", "2024-02-29", "2024-04-30")] // leap year
    [InlineData("2026-11-30T09:00:00Z", "2026-12-30", "2027-03-01")] // 28 February 2027 is a Sunday
    [InlineData("2027-11-30T09:00:00Z", "2027-12-30", "2028-02-29")] // leap year
    [InlineData("2026-03-10T09:00:00Z", "2026-04-10", "2026-06-10")] // nothing in the way
    [InlineData("2026-09-25T09:00:00Z", "2026-10-26", "2026-12-29")] // a Sunday; Christmas to the substitute for Boxing Day
    [InlineData("2026-03-28T23:30:00Z", "2026-04-28", "2026-06-29")] // the evening before the clocks go forward; 28 June is a Sunday
    [InlineData("2026-03-29T23:30:00Z", "2026-04-30", "2026-06-30")] // the evening after: in London it is the 30th
    [InlineData("2026-10-24T23:30:00Z", "2026-11-25", "2027-01-25")] // still summer time: in London it is the 25th
    [InlineData("2026-10-25T23:30:00Z", "2026-11-25", "2027-01-25")] // the clocks have gone back: the 25th as well
    [InlineData("2026-07-15T22:59:59Z", "2026-08-17", "2026-10-15")] // 23:59:59 in London, on the 15th; 15 August is a Saturday
    [InlineData("2026-07-15T23:00:00Z", "2026-08-17", "2026-10-16")] // a second later it is the 16th
    [InlineData("2026-02-09T23:59:59Z", "2026-03-09", "2026-05-11")] // 23:59:59 in winter; 9 May is a Saturday
    [InlineData("2026-02-10T00:00:00Z", "2026-03-10", "2026-05-11")] // 10 May is a Sunday
    public void DueOn_WithAndWithoutAnExtension_AreBothCountedFromReceipt(string received, string due, string extended)
    {
        var at = DateTimeOffset.Parse(received, CultureInfo.InvariantCulture);

        LegalClock.Text(Clock.DueOn(at)).Should().Be(due);
        LegalClock.Text(Clock.ExtendedDueOn(at)).Should().Be(extended);
        Clock.DueOn(at, isExtended: false).Should().Be(Clock.DueOn(at));
        Clock.DueOn(at, isExtended: true).Should().Be(Clock.ExtendedDueOn(at));
    }

    [Fact]
    public void DueOn_OfAnyReceipt_IsAWorkingDayNotBeforeTheMonthIsOver() =>
        Gen.DateTime[new DateTime(2018, 5, 25), new DateTime(2060, 1, 1)]
            .Sample(day =>
            {
                var received = new DateTimeOffset(DateTime.SpecifyKind(day, DateTimeKind.Utc));
                var month = Clock.ReceivedOn(received).PlusMonths(1);
                var due = Clock.DueOn(received);
                return Clock.IsWorkingDay(due) && due >= month && due <= month.PlusDays(5);
            });

    [Fact]
    public void DaysLeft_AfterTheDeadline_IsNegative() =>
        Clock
            .DaysLeft(
                new DateTimeOffset(2026, 3, 10, 9, 0, 0, TimeSpan.Zero),
                new DateTimeOffset(2026, 4, 12, 9, 0, 0, TimeSpan.Zero)
            )
            .Should()
            .Be(-2);

    // Dates by hand: the corresponding day of the next month (or its last), then the next day on which the office of that region works.
    [Theory]
    [InlineData("scotland", "Europe/London", "2025-12-01T10:00:00Z", "2026-01-05")] // 1 and 2 January are holidays in Scotland, then the weekend
    [InlineData("england-and-wales", "Europe/London", "2025-12-01T10:00:00Z", "2026-01-02")] // the 2nd is a working day in London
    [InlineData("scotland", "Europe/London", "2026-03-06T10:00:00Z", "2026-04-06")] // Easter Monday is a working day in Scotland
    [InlineData("england-and-wales", "Europe/London", "2026-03-06T10:00:00Z", "2026-04-07")] // and none in England
    [InlineData("scotland", "Europe/London", "2026-10-30T10:00:00Z", "2026-12-01")] // St Andrew's Day, a Monday
    [InlineData("scotland", "Europe/London", "2026-07-03T10:00:00Z", "2026-08-04")] // the first Monday in August
    [InlineData("northern-ireland", "Europe/London", "2026-06-12T10:00:00Z", "2026-07-14")] // 12 July is a Sunday: Monday in its place
    [InlineData("northern-ireland", "Europe/London", "2026-02-17T10:00:00Z", "2026-03-18")] // St Patrick's Day
    [InlineData("ireland", "Europe/Dublin", "2026-01-02T10:00:00Z", "2026-02-03")] // St Brigid's Day, the first Monday in February
    [InlineData("ireland", "Europe/Dublin", "2022-01-07T10:00:00Z", "2022-02-07")] // which was none before 2023
    [InlineData("ireland", "Europe/Dublin", "2026-09-26T10:00:00Z", "2026-10-27")] // the last Monday in October
    [InlineData("ireland", "Europe/Dublin", "2026-03-03T10:00:00Z", "2026-04-03")] // Good Friday is no public holiday in Ireland
    [InlineData("germany", "Europe/Berlin", "2026-04-14T10:00:00Z", "2026-05-15")] // Ascension Day, 14 May
    [InlineData("germany", "Europe/Berlin", "2026-04-25T10:00:00Z", "2026-05-26")] // Whit Monday, 25 May
    [InlineData("germany", "Europe/Berlin", "2026-04-01T10:00:00Z", "2026-05-04")] // 1 May, a Friday
    [InlineData("germany", "Europe/Berlin", "2026-05-04T10:00:00Z", "2026-06-04")] // England's bank holiday is none in Germany
    [InlineData("germany", "Europe/Berlin", "2026-01-31T22:59:59Z", "2026-03-02")] // 23:59:59 in Berlin, 31 January; 28 February is a Saturday
    [InlineData("germany", "Europe/Berlin", "2026-01-31T23:00:00Z", "2026-03-02")] // in Berlin it is 1 February; 1 March is a Sunday
    [InlineData("germany", "Europe/Berlin", "2026-06-15T21:59:59Z", "2026-07-15")] // 23:59:59 in summer
    [InlineData("germany", "Europe/Berlin", "2026-06-15T22:00:00Z", "2026-07-16")]
    [InlineData("england-and-wales", "America/New_York", "2026-06-16T03:59:59Z", "2026-07-15")] // 23:59:59 in New York, on the 15th
    [InlineData("england-and-wales", "America/New_York", "2026-06-16T04:00:00Z", "2026-07-16")]
    [InlineData("england-and-wales", "Pacific/Auckland", "2026-06-15T11:59:59Z", "2026-07-15")] // 23:59:59 in Auckland, on the 15th
    [InlineData("england-and-wales", "Pacific/Auckland", "2026-06-15T12:00:00Z", "2026-07-16")]
    [InlineData("england-and-wales", "Europe/London", "2018-05-25T00:00:00+01:00", "2018-06-25")] // received on the regulation's first day
    [InlineData("england-and-wales", "Europe/London", "2022-08-19T10:00:00Z", "2022-09-20")] // the State Funeral of 19 September 2022
    public void DueOn_InARegionAndZone_IsTheirs(string region, string zone, string received, string due) =>
        LegalClock
            .Text(Of(region, zone).DueOn(DateTimeOffset.Parse(received, CultureInfo.InvariantCulture)))
            .Should()
            .Be(due);

    [Fact]
    public void DueOn_WithAHolidayOfTheOffice_MovesOn() =>
        LegalClock
            .Text(
                Of("scotland", "Europe/London", "2026-06-15").DueOn(new DateTimeOffset(2026, 5, 15, 9, 0, 0, default))
            )
            .Should()
            .Be("2026-06-16");

    private static LegalClock Of(string region, string zone, params string[] extra)
    {
        var options = new OfficeOptions { Region = region, TimeZone = zone };
        foreach (var day in extra)
        {
            options.ExtraHolidays.Add(day);
        }

        options.Validate(new(options)).Should().BeEmpty();
        return new LegalClock(Options.Create(options));
    }
}
