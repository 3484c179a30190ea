namespace Governance.Bench.Measuring;

/// <summary>One way to do a piece of work that others do in their ways.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Units">How many records, or values, one step does.</param>
/// <param name="Step">Does the next ones.</param>
/// <param name="Lap">How many steps do all of them once; after a lap, whatever a way keeps in memory is there.</param>
internal sealed record Way(string Name, int Units, Action Step, int Lap = 1);
