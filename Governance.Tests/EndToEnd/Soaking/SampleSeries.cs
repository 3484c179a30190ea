using System.Globalization;

namespace Governance.Tests.EndToEnd.Soaking;

/// <summary>Samples in the order of time.</summary>
internal sealed class SampleSeries(IReadOnlyList<Sample> samples)
{
    private const double Mebibyte = 1_024 * 1_024;

    public IReadOnlyList<Sample> All => samples;

    /// <summary>A part of them: from and to are shares of the whole time.</summary>
    public SampleSeries Part(double from, double to)
    {
        var (first, last) = (samples[0].Seconds, samples[^1].Seconds);
        var length = last - first;
        return new SampleSeries([
            .. samples.Where(sample =>
                sample.Seconds >= first + (from * length) && sample.Seconds <= first + (to * length)
            ),
        ]);
    }

    /// <summary>Records a second.</summary>
    public double Rate => (samples[^1].Consumed - samples[0].Consumed) / (samples[^1].Seconds - samples[0].Seconds);

    /// <summary>By how much a number grows from the first to the last, by the straight line that lies nearest to all (least squares).</summary>
    public double Growth(Func<Sample, double> number)
    {
        var (time, value) = (samples.Average(sample => sample.Seconds), samples.Average(number));
        var spread = samples.Sum(sample => Math.Pow(sample.Seconds - time, 2));
        var slope = samples.Sum(sample => (sample.Seconds - time) * (number(sample) - value)) / spread;
        return slope * (samples[^1].Seconds - samples[0].Seconds);
    }

    /// <summary>A row for each of so many parts.</summary>
    public IEnumerable<string> Table(int parts)
    {
        yield return "| minutes | records a second | RSS MiB, mean (most) | managed heap MiB, mean (most) | file MiB | waiting, mean (most) | newest row, seconds |";
        yield return "|---|---|---|---|---|---|---|";
        for (var part = 0; part < parts; part++)
        {
            var some = Part((double)part / parts, (part + 1.0) / parts);
            if (some.All.Count < 2)
            {
                continue;
            }

            var last = some.All[^1].Seconds / 60;
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {last:F1} | {some.Rate:N0} | {Both(some, sample => sample.Resident / Mebibyte)} | {Both(some, sample => sample.Heap / Mebibyte)} | {some.All[^1].Stored / Mebibyte:N0} | {Both(some, sample => sample.Waiting)} | {some.All.Average(sample => sample.Age):F1} |"
            );
        }
    }

    private static string Both(SampleSeries some, Func<Sample, double> number) =>
        string.Create(CultureInfo.InvariantCulture, $"{some.All.Average(number):N0} ({some.All.Max(number):N0})");
}
