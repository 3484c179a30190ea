namespace Governance.Tests.EndToEnd.Soaking;

/// <summary>How a process stands at one moment.</summary>
/// <param name="Seconds">Since the soak began.</param>
/// <param name="Resident">Its memory (RSS), in bytes.</param>
/// <param name="Heap">The managed heap after its last collection, in bytes.</param>
/// <param name="Stored">The warehouse's file, in bytes.</param>
/// <param name="Consumed">Records that are done with since the soak began.</param>
/// <param name="Waiting">Records that are produced and not done with.</param>
/// <param name="Age">Of the newest row, in seconds.</param>
internal sealed record Sample(
    double Seconds,
    long Resident,
    long Heap,
    long Stored,
    long Consumed,
    long Waiting,
    double Age
);
