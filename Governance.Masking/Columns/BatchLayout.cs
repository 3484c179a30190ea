using System.Collections.Immutable;

namespace Governance.Masking.Columns;

/// <summary>The columns of a plan's batches.</summary>
/// <param name="Treatments">One for each column, in order of their numbers.</param>
/// <param name="SlotCount">How many identifiers of a record values can be sealed under.</param>
internal sealed record BatchLayout(ImmutableArray<ColumnTreatment> Treatments, int SlotCount)
{
    /// <summary>Whether any masker wants to know the names and identifiers of the same record.</summary>
    public bool ReadsRecords { get; } = Treatments.Any(treatment => treatment.Masker is { ReadsRecord: true });

    /// <summary>The columns whose values are sealed.</summary>
    public ImmutableArray<ColumnTreatment> Sealing { get; } =
    [.. Treatments.Where(treatment => treatment.SubjectSlot >= 0)];
}
