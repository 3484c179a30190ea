using NodaTime;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>One line of the data on public holidays. It is of one kind: a day of the year, a distance from Easter, or a weekday of a month.</summary>
/// <param name="Day">Month and day, as <c>12-25</c>.</param>
/// <param name="Moves">Whether it moves to the next free working day where it falls on a weekend, or on another holiday.</param>
/// <param name="Easter">Days after Easter Sunday.</param>
/// <param name="Weekday">A weekday of <paramref name="Month"/>.</param>
/// <param name="Month">The month.</param>
/// <param name="Nth">Which one: 1 is the first, −1 the last.</param>
/// <param name="UnlessFirstIs">Where the month's first day is this weekday, it is that day.</param>
/// <param name="Since">The first year.</param>
internal sealed record HolidayRule(
    string? Day = null,
    bool Moves = false,
    int? Easter = null,
    IsoDayOfWeek? Weekday = null,
    int? Month = null,
    int? Nth = null,
    IsoDayOfWeek? UnlessFirstIs = null,
    int Since = 0
)
{
    /// <summary>Its day in a year; <see langword="null"/> before it was one.</summary>
    /// <param name="year">The year.</param>
    /// <param name="taken">The year's holidays by the rules before it.</param>
    public LocalDate? In(int year, IReadOnlyCollection<LocalDate> taken)
    {
        if (year < Since)
        {
            return null;
        }

        if (Easter is { } distance)
        {
            return EasterSunday(year).PlusDays(distance);
        }

        return Weekday is { } weekday ? OfMonth(year, weekday) : Moved(OfYear(year), taken);
    }

    /// <summary>Whether it is a Saturday or Sunday.</summary>
    public static bool IsWeekend(LocalDate day) => day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;

    private LocalDate OfYear(int year)
    {
        var parts = Day!.Split('-').Select(part => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture));
        return new LocalDate(year, parts.First(), parts.Last());
    }

    private LocalDate Moved(LocalDate day, IReadOnlyCollection<LocalDate> taken)
    {
        while (Moves && (IsWeekend(day) || taken.Contains(day)))
        {
            day = day.PlusDays(1);
        }

        return day;
    }

    private LocalDate OfMonth(int year, IsoDayOfWeek weekday)
    {
        var first = new LocalDate(year, Month!.Value, 1);
        if (first.DayOfWeek == UnlessFirstIs)
        {
            return first;
        }

        return Nth < 0
            ? first.PlusMonths(1).Previous(weekday).PlusWeeks(Nth.Value + 1)
            : first.PlusDays(-1).Next(weekday).PlusWeeks(Nth!.Value - 1);
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
