using System.Globalization;
using Governance.Api.Features.SubjectRequests.Clocks;
using NodaTime;
using NodaTime.Text;

namespace Governance.Tests.Features.SubjectRequests.Clocks;

public sealed class BankHolidaysTests
{
    // As published at gov.uk/bank-holidays.
    [Theory]
    [InlineData("scotland", 2022, "01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-26 12-27")]
    [InlineData("scotland", 2023, "01-02 01-03 04-07 05-01 05-08 05-29 08-07 11-30 12-25 12-26")]
    [InlineData("scotland", 2024, "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26")]
    [InlineData("scotland", 2025, "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26")]
    [InlineData("northern-ireland", 2022, "01-03 03-17 04-15 04-18 05-02 06-02 06-03 07-12 08-29 09-19 12-26 12-27")]
    [InlineData("northern-ireland", 2024, "01-01 03-18 03-29 04-01 05-06 05-27 07-12 08-26 12-25 12-26")]
    [InlineData("northern-ireland", 2025, "01-01 03-17 04-18 04-21 05-05 05-26 07-14 08-25 12-25 12-26")]
    [InlineData("ireland", 2022, "01-01 03-17 03-18 04-18 05-02 06-06 08-01 10-31 12-25 12-26")]
    [InlineData("ireland", 2024, "01-01 02-05 03-17 04-01 05-06 06-03 08-05 10-28 12-25 12-26")]
    [InlineData("ireland", 2030, "01-01 02-01 03-17 04-22 05-06 06-03 08-05 10-28 12-25 12-26")]
    [InlineData("germany", 2025, "01-01 04-18 04-21 05-01 05-29 06-09 10-03 12-25 12-26")]
    [InlineData("germany", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26")]
    public void InYear_OfARegion_IsItsPublishedList(string region, int year, string published) =>
        new HolidayCalendar(region, []).InYear(year).Should().Equal(Days(year, published));

    // The same, for England and Wales.
    [Theory]
    [InlineData(2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28")]
    [InlineData(2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28")]
    [InlineData(2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27")]
    [InlineData(2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26")]
    [InlineData(2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26")]
    [InlineData(2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26")]
    [InlineData(2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28")]
    [InlineData(2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28")]
    public void InYear_OfAPublishedYear_IsThePublishedList(int year, string published)
    {
        new HolidayCalendar("england-and-wales", []).InYear(year).Should().Equal(Days(year, published));
    }

    [Theory]
    [InlineData("2026-11-21", false)] // a Saturday
    [InlineData("2026-11-24", true)] // a plain Tuesday
    [InlineData("2026-12-28", false)] // in place of Boxing Day
    public void IsWorkingDay_OfADay_IsAsOfficesWork(string day, bool works) =>
        new HolidayCalendar("england-and-wales", [])
            .IsWorkingDay(LocalDatePattern.Iso.Parse(day).Value)
            .Should()
            .Be(works);

    private static IEnumerable<LocalDate> Days(int year, string published) =>
        published
            .Split(' ')
            .Select(day => LocalDatePattern.Iso.Parse($"{year.ToString(CultureInfo.InvariantCulture)}-{day}").Value);
}
