using System.Globalization;
using System.Text.RegularExpressions;

namespace Governance.Masking.Contracts.Reading;

/// <summary>Reads periods: <c>6y</c>, and ODCS's value with unit.</summary>
internal static partial class Periods
{
    // Longer than any archive; keeps sums with dates inside the calendar.
    private const int Longest = 1000;

    public static RetentionPeriod? Read(string text)
    {
        var match = Form().Match(text);
        return match.Success ? Read(match.Groups["value"].Value, match.Groups["unit"].Value) : null;
    }

    public static RetentionPeriod? Read(string value, string unit)
    {
        var letter = unit switch
        {
            "d" or "day" or "days" => "d",
            "m" or "month" or "months" => "m",
            "y" or "yr" or "year" or "years" => "y",
            _ => null,
        };
        var most = letter switch
        {
            "d" => Longest * 366,
            "m" => Longest * 12,
            _ => Longest,
        };
        return
            letter is not null
            && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0
            && count <= most
            ? new RetentionPeriod(count, letter)
            : null;
    }

    [GeneratedRegex(@"\A(?<value>[0-9]{1,6})(?<unit>[dmy])\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
