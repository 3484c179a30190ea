namespace Governance.Bench.Measuring;

/// <summary>One way to do a piece of work that others do in their ways.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Units">How many records, or values, one step does.</param>
/// <param name="Step">Does the next ones.</param>
internal sealed record Way(string Name, int Units, Action Step);
