using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>
/// A region's public holidays, from the data in <c>bank-holidays.json</c>: rules, so that the list does not run out, and the days that
/// were given or taken away once.
/// </summary>
internal sealed class HolidayCalendar
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerOptions.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly FrozenDictionary<string, RegionData> s_regions = Load();

    private readonly ConcurrentDictionary<int, IReadOnlyList<LocalDate>> _years = new();
    private readonly RegionData _data;
    private readonly LocalDate[] _extra;

    /// <summary>The holidays of a region.</summary>
    /// <param name="region">One of <see cref="Regions"/>.</param>
    /// <param name="extra">Further ones, as <c>2026-06-15</c>.</param>
    public HolidayCalendar(string region, IEnumerable<string> extra)
    {
        _data = s_regions[region];
        _extra = [.. extra.Select(Parse)];
    }

    /// <summary>The regions that the data knows.</summary>
    public static IReadOnlyList<string> Regions { get; } = [.. s_regions.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The region's name.</summary>
    public string Name => _data.Name;

    /// <summary>The year's holidays, in order.</summary>
    public IReadOnlyList<LocalDate> InYear(int year) => _years.GetOrAdd(year, Compute);

    /// <summary>Whether offices work: no Saturday, no Sunday, no holiday.</summary>
    public bool IsWorkingDay(LocalDate day) => !HolidayRule.IsWeekend(day) && !InYear(day.Year).Contains(day);

    private IReadOnlyList<LocalDate> Compute(int year)
    {
        List<LocalDate> days = [];
        foreach (var rule in _data.Rules)
        {
            if (rule.In(year, days) is { } day)
            {
                days.Add(day);
            }
        }

        return
        [
            .. days.Concat(_data.Given.Select(Parse))
                .Concat(_extra)
                .Where(day => day.Year == year)
                .Except(_data.TakenAway.Select(Parse))
                .Order(),
        ];
    }

    private static LocalDate Parse(string day) => LocalDatePattern.Iso.Parse(day).Value;

    private static FrozenDictionary<string, RegionData> Load()
    {
        using var data = typeof(HolidayCalendar).Assembly.GetManifestResourceStream("bank-holidays.json")!;
        return JsonSerializer
            .Deserialize<Dictionary<string, RegionData>>(data, s_json)!
            .ToFrozenDictionary(StringComparer.Ordinal);
    }

    private sealed record RegionData(
        string Name,
        string Source,
        IReadOnlyList<HolidayRule> Rules,
        IReadOnlyList<string> Given,
        IReadOnlyList<string> TakenAway
    );
}
