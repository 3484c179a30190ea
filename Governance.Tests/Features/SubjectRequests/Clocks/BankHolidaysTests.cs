using System.Globalization;
using Governance.Api.Features.SubjectRequests.Clocks;
using NodaTime;
using NodaTime.Text;

namespace Governance.Tests.Features.SubjectRequests.Clocks;

public sealed class BankHolidaysTests
{
    // As published at gov.uk/bank-holidays for England and Wales.
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
        var days = published
            .Split(' ')
            .Select(day => LocalDatePattern.Iso.Parse($"{year.ToString(CultureInfo.InvariantCulture)}-{day}").Value);

        BankHolidays.InYear(year).Should().Equal(days);
    }

    [Fact]
    public void IsWorkingDay_OnASaturday_IsFalse() =>
        BankHolidays.IsWorkingDay(new LocalDate(2026, 11, 21)).Should().BeFalse();

    [Fact]
    public void IsWorkingDay_OnAPlainTuesday_IsTrue() =>
        BankHolidays.IsWorkingDay(new LocalDate(2026, 11, 24)).Should().BeTrue();
}
