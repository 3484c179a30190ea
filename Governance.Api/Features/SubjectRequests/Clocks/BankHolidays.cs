using NodaTime;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>
/// The bank holidays of England and Wales (Banking and Financial Dealings Act 1971, with its substitute days): computed, so
/// that the list does not run out, with the days that were moved or given once.
/// </summary>
internal static class BankHolidays
{
    // Given or moved by proclamation. The spring holiday of 2022 and the early May holiday of 2020 stood on another day.
    private static readonly HashSet<LocalDate> Given =
    [
        new(2020, 5, 8),
        new(2022, 6, 2),
        new(2022, 6, 3),
        new(2022, 9, 19),
        new(2023, 5, 8),
    ];

    private static readonly HashSet<LocalDate> TakenAway = [new(2020, 5, 4), new(2022, 5, 30)];

    /// <summary>Whether the day is a bank holiday.</summary>
    public static bool Contains(LocalDate day) => InYear(day.Year).Contains(day);

    /// <summary>Whether offices work: no Saturday, no Sunday, no bank holiday.</summary>
    public static bool IsWorkingDay(LocalDate day) =>
        day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && !Contains(day);

    /// <summary>The year's bank holidays, in order.</summary>
    public static IReadOnlyList<LocalDate> InYear(int year)
    {
        var easter = EasterSunday(year);
        List<LocalDate> days =
        [
            Substituted(new LocalDate(year, 1, 1)),
            easter.PlusDays(-2),
            easter.PlusDays(1),
            new LocalDate(year, 4, 30).Next(IsoDayOfWeek.Monday),
            new LocalDate(year, 6, 1).Previous(IsoDayOfWeek.Monday),
            new LocalDate(year, 9, 1).Previous(IsoDayOfWeek.Monday),
            .. ChristmasAndBoxingDay(year),
            .. Given.Where(day => day.Year == year),
        ];
        return [.. days.Where(day => !TakenAway.Contains(day)).Order()];
    }

    private static LocalDate Substituted(LocalDate day) =>
        day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday ? day.Next(IsoDayOfWeek.Monday) : day;

    private static LocalDate[] ChristmasAndBoxingDay(int year)
    {
        var christmas = new LocalDate(year, 12, 25);
        return christmas.DayOfWeek switch
        {
            IsoDayOfWeek.Friday => [christmas, christmas.PlusDays(3)],
            IsoDayOfWeek.Saturday => [christmas.PlusDays(2), christmas.PlusDays(3)],
            IsoDayOfWeek.Sunday => [christmas.PlusDays(1), christmas.PlusDays(2)],
            _ => [christmas, christmas.PlusDays(1)],
        };
    }

    // The Gregorian computus, as given by Meeus, Jones and Butcher.
    private static LocalDate EasterSunday(int year)
    {
        var a = year % 19;
        var (b, c) = (year / 100, year % 100);
        var h = ((19 * a) + b - (b / 4) - ((b - ((b + 8) / 25) + 1) / 3) + 15) % 30;
        var l = (32 + (2 * (b % 4)) + (2 * (c / 4)) - h - (c % 4)) % 7;
        var m = (a + (11 * h) + (22 * l)) / 451;
        var n = h + l - (7 * m) + 114;
        return new LocalDate(year, n / 31, (n % 31) + 1);
    }
}
