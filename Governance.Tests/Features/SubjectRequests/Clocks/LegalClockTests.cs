using System.Globalization;
using CsCheck;
using Governance.Api.Features.SubjectRequests.Clocks;
using NodaTime.Text;

namespace Governance.Tests.Features.SubjectRequests.Clocks;

public sealed class LegalClockTests
{
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
        LegalClock
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

        LegalClock.Text(LegalClock.DueOn(at)).Should().Be(due);
        LegalClock.Text(LegalClock.ExtendedDueOn(at)).Should().Be(extended);
        LegalClock.DueOn(at, isExtended: false).Should().Be(LegalClock.DueOn(at));
        LegalClock.DueOn(at, isExtended: true).Should().Be(LegalClock.ExtendedDueOn(at));
    }

    [Fact]
    public void DueOn_OfAnyReceipt_IsAWorkingDayNotBeforeTheMonthIsOver() =>
        Gen.DateTime[new DateTime(2018, 5, 25), new DateTime(2060, 1, 1)]
            .Sample(day =>
            {
                var received = new DateTimeOffset(DateTime.SpecifyKind(day, DateTimeKind.Utc));
                var month = LegalClock.ReceivedOn(received).PlusMonths(1);
                var due = LegalClock.DueOn(received);
                return BankHolidays.IsWorkingDay(due) && due >= month && due <= month.PlusDays(5);
            });

    [Fact]
    public void DaysLeft_AfterTheDeadline_IsNegative() =>
        LegalClock
            .DaysLeft(
                new DateTimeOffset(2026, 3, 10, 9, 0, 0, TimeSpan.Zero),
                new DateTimeOffset(2026, 4, 12, 9, 0, 0, TimeSpan.Zero)
            )
            .Should()
            .Be(-2);
}
