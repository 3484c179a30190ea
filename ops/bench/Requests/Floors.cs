using Governance.Bench.Measuring;

namespace Governance.Bench.Requests;

/// <summary>What was measured, beside what must hold of it.</summary>
internal sealed class Floors(Table table, TextWriter progress)
{
    /// <summary>Whether all of them are kept so far.</summary>
    public bool AreKept { get; private set; } = true;

    public void AtLeast(string name, double measured, double floor, string format) =>
        Add(name, measured, floor, format, ">=", measured >= floor);

    public void AtMost(string name, double measured, double floor, string format) =>
        Add(name, measured, floor, format, "<=", measured <= floor);

    /// <summary>A measure without a floor.</summary>
    public void Say(string name, double measured, string format) =>
        table.Add(name, Table.Number(measured, format), "", "");

    private void Add(string name, double measured, double floor, string format, string how, bool isKept)
    {
        AreKept &= isKept;
        progress.WriteLine($"measured: {name}: {Table.Number(measured, format)}");
        table.Add(
            name,
            Table.Number(measured, format),
            $"{how} {Table.Number(floor, format)}",
            isKept ? "kept" : "MISSED"
        );
    }
}
