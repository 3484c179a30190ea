using Governance.Bench.Measuring;

namespace Governance.Bench.Masking;

/// <summary>Our way and the naive one, for one scenario.</summary>
internal sealed record PlanWays(Scenario Scenario, Way Plan, Way Naive);

/// <summary>All ways to mask records of one kind.</summary>
/// <param name="Name">What records they are.</param>
/// <param name="Length">Bytes of a record, on average.</param>
/// <param name="Plans">Ours, each beside its naive one.</param>
/// <param name="AesGcm">Field encryption with an AES-GCM made for each field.</param>
/// <param name="Copy">Copying the bytes.</param>
internal sealed record RecordWays(string Name, double Length, IReadOnlyList<PlanWays> Plans, Way AesGcm, Way Copy)
{
    public IEnumerable<Way> Ways => Plans.SelectMany(way => new[] { way.Plan, way.Naive }).Append(AesGcm).Append(Copy);
}

/// <summary>Ways to mask values without records.</summary>
internal sealed record Values(Way Ours, IReadOnlyList<Way> Others);

/// <summary>The table that this program prints, and how many floors were missed.</summary>
internal sealed class Report(TextWriter output, string core)
{
    private readonly Table _table = new("measure", "a second", "ns each", "measured", "floor", "");
    private readonly List<string> _missed = [];

    /// <summary>Adds what was measured of records.</summary>
    public void Add(RecordWays records, Rounds rounds)
    {
        var kind = $"{records.Name} ({Table.Number(records.Length, "F0")} bytes)";
        foreach (var (scenario, plan, naive) in records.Plans)
        {
            var what = $"{kind}: {scenario.Method}, five fields";
            Floor(what, rounds.Cost(plan), rounds.Ratio(plan, naive), scenario.Floor, "naive");
            if (scenario == Scenario.Token)
            {
                Floor("  the same", 0, rounds.Ratio(plan, records.AesGcm), 20, "AesGcm a field");
            }

            Ceiling("  allocated", Rounds.Allocated(plan), 0, "bytes a record");
            Note("  of the speed of a copy", 0, $"{Table.Number(100 * rounds.Ratio(plan, records.Copy), "F1")} %");
        }

        foreach (
            var way in records.Plans.Select(way => (Name: $"naive, fields of {way.Scenario.Method}", Way: way.Naive))
        )
        {
            Note($"{kind}: {way.Name}", rounds.Cost(way.Way), "");
        }

        Note($"{kind}: AesGcm a field", rounds.Cost(records.AesGcm), "");
        Note($"{kind}: copy", rounds.Cost(records.Copy), "");
        _table.Add("");
    }

    /// <summary>Adds what was measured of values.</summary>
    public void Add(Values values, Rounds rounds)
    {
        Note("values alone: token", rounds.Cost(values.Ours), "");
        foreach (var other in values.Others)
        {
            Floor($"values alone: {other.Name}", rounds.Cost(other), rounds.Ratio(values.Ours, other), 1, "it");
        }

        Ceiling("values alone: token, allocated", Rounds.Allocated(values.Ours), 0, "bytes a value");
    }

    /// <summary>Writes the table.</summary>
    /// <returns>How many floors were missed.</returns>
    public int Write()
    {
        _table.WriteTo(output);
        output.WriteLine();
        output.WriteLine(
            $"Measured in one run, {core}; {ThreadClock.Kind}; the middle of {Rounds.Count} rounds, each of which goes every way for 80 ms after"
        );
        output.WriteLine(
            $"a collection; batches of {BatchCursor.Length} records; a million identifiers in the cache. Naive: Apache.Avro decodes, HMAC-SHA-256 and"
        );
        output.WriteLine(
            "base64 for each field, Apache.Avro encodes; reader, writer, record and streams are used again."
        );
        output.WriteLine(_missed.Count == 0 ? "All floors are kept." : $"Missed: {string.Join("; ", _missed)}");
        return _missed.Count;
    }

    private void Floor(string what, double cost, double ratio, double floor, string than)
    {
        var kept = ratio >= floor;
        Row(what, cost, $"{Table.Number(ratio, "F1")} x {than}", $">= {Table.Number(floor, "F0")} x", kept);
    }

    private void Ceiling(string what, double measured, double most, string unit) =>
        Row(what, 0, $"{Table.Number(measured, "0.##")} {unit}", Table.Number(most, "F0"), measured <= most);

    private void Note(string what, double cost, string measured) =>
        _table.Add(what, PerSecond(cost), Each(cost), measured);

    private void Row(string what, double cost, string measured, string floor, bool kept)
    {
        _table.Add(what, PerSecond(cost), Each(cost), measured, floor, kept ? "kept" : "MISSED");
        if (!kept)
        {
            _missed.Add($"{what.Trim()} {measured}");
        }
    }

    private static string PerSecond(double cost) => cost == 0 ? "" : Table.Number(1e9 / cost, "N0");

    private static string Each(double cost) => cost == 0 ? "" : Table.Number(cost, "N0");
}
