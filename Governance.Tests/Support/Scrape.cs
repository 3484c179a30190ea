using System.Globalization;
using System.Text.RegularExpressions;

namespace Governance.Tests.Support;

/// <summary>Numbers of <c>/metrics</c> of a service, at one moment.</summary>
internal sealed partial class Scrape
{
    private readonly List<(string Name, string Labels, double Value)> _samples;

    private Scrape(List<(string Name, string Labels, double Value)> samples) => _samples = samples;

    public static async Task<Scrape> OfAsync(HttpClient client, Uri service)
    {
        var text = await client.GetStringAsync(new Uri(service, "metrics"));
        return new Scrape([
            .. text.Split('\n')
                .Select(line => Sample.Match(line))
                .Where(match => match.Success)
                .Select(match =>
                    (
                        match.Groups["name"].Value,
                        match.Groups["labels"].Value,
                        double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)
                    )
                ),
        ]);
    }

    /// <summary>All series of a metric together; 0 where there is none.</summary>
    public double Sum(string metric) => _samples.Where(sample => sample.Name == metric).Sum(sample => sample.Value);

    /// <summary>The greatest series of a metric; 0 where there is none.</summary>
    public double Max(string metric) =>
        _samples.Where(sample => sample.Name == metric).Select(sample => sample.Value).DefaultIfEmpty().Max();

    /// <summary>A counter by the value of one of its tags.</summary>
    public SortedDictionary<string, long> By(string metric, string tag) =>
        new(
            _samples
                .Where(sample => sample.Name == metric)
                .GroupBy(sample =>
                    Regex
                        .Match(sample.Labels, $"[{{,]{tag}=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1))
                        .Groups[1]
                        .Value
                )
                .ToDictionary(group => group.Key, group => (long)group.Sum(sample => sample.Value)),
            StringComparer.Ordinal
        );

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{.*\})? (?<value>[-+0-9.eE]+)( -?[0-9]+)?$""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Sample { get; }
}
