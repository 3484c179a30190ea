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
