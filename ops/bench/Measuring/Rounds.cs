namespace Governance.Bench.Measuring;

/// <summary>
/// Measures ways against one another: in each round every way is gone for a while, one after another, so that what changes on the
/// machine meets all of them. The middle of the rounds counts.
/// </summary>
internal sealed class Rounds
{
    /// <summary>How many rounds count.</summary>
    public const int Count = 9;

    private const long Warmup = 500_000_000;
    private const long Share = 80_000_000;

    private readonly Dictionary<Way, double[]> _costs = [];

    private Rounds() { }

    /// <summary>Goes all ways.</summary>
    public static Rounds Of(IReadOnlyList<Way> ways)
    {
        var rounds = new Rounds();
        foreach (var way in ways)
        {
            _ = Cost(way, Warmup, way.Lap);
            rounds._costs[way] = new double[Count];
        }

        for (var round = 0; round < Count; round++)
        {
            foreach (var way in ways)
            {
                GC.Collect();
                _ = Cost(way, Share / 8);
                rounds._costs[way][round] = Cost(way, Share);
            }
        }

        return rounds;
    }

    /// <summary>Nanoseconds for a unit: the middle of the rounds.</summary>
    public double Cost(Way way) => Middle(_costs[way]);

    /// <summary>How many times faster a way is than another: the middle of the rounds' ratios.</summary>
    public double Ratio(Way faster, Way slower) =>
        Middle(_costs[slower].Zip(_costs[faster], (slow, fast) => slow / fast));

    /// <summary>Bytes that a unit allocates, over many steps.</summary>
    public static double Allocated(Way way)
    {
        const int steps = 200;
        way.Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < steps; step++)
        {
            way.Step();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / ((double)steps * way.Units);
    }

    private static double Cost(Way way, long atLeast, int stepsAtLeast = 1)
    {
        long steps = 0;
        var begin = ThreadClock.Nanoseconds();
        long now;
        do
        {
            way.Step();
            steps++;
            now = ThreadClock.Nanoseconds();
        } while (now - begin < atLeast || steps < stepsAtLeast);

        return (now - begin) / ((double)steps * way.Units);
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
