using System.Collections.Immutable;

namespace Governance.Masking.Contracts;

/// <summary>Where masked records of a dataset go, and how what travels beside them is masked (custom property <c>delivery</c>).</summary>
/// <param name="ToWarehouse">Whether they become rows of the warehouse table.</param>
/// <param name="ToTopic">Whether they are produced to a masked topic.</param>
/// <param name="MaskedTopic">The masked topic's name, or <see langword="null"/>: the topic's own with <c>.masked</c> behind it.</param>
/// <param name="Key">How the records' keys are masked; <see langword="null"/>: nothing is said of them, so a record that has one goes to quarantine.</param>
/// <param name="Headers">Headers that say something of a person; all others are kept.</param>
public sealed record Delivery(
    bool ToWarehouse,
    bool ToTopic,
    string? MaskedTopic,
    ClassifiedKey? Key,
    ImmutableArray<ClassifiedHeader> Headers
)
{
    /// <summary>The delivery of a dataset that states none.</summary>
    public static Delivery Warehouse { get; } = new(ToWarehouse: true, ToTopic: false, null, null, []);
}

/// <summary>How the key of a topic's records is masked.</summary>
/// <param name="Column">
/// The column that it repeats, whose rule masks it, so that it stays equal to the masked column; <see langword="null"/>: the contract says that
/// it is public, and it is passed on as it is.
/// </param>
public sealed record ClassifiedKey(Column? Column);

/// <summary>A header of a topic's records that says something of a person.</summary>
/// <param name="Name">Its name; compared without regard to case, so that no spelling of it slips through.</param>
/// <param name="Column">The column that it repeats, whose rule masks it; <see langword="null"/>: the header is dropped.</param>
public sealed record ClassifiedHeader(string Name, Column? Column);
