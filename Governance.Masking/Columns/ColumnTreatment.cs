using Governance.Masking.Methods;

namespace Governance.Masking.Columns;

/// <summary>What is done with the values of one column of one type.</summary>
/// <param name="Number">Its place in the batch's columns.</param>
/// <param name="Path">The column.</param>
/// <param name="Category">The column's privacy category, or the empty string.</param>
/// <param name="Masker">The masker; <see langword="null"/> where values are gathered for others to know them, and not written.</param>
/// <param name="Identifier">Set where the values are identifiers.</param>
/// <param name="SubjectSlot">Where the key of the sealing identifier is noted; -1 where none is needed.</param>
/// <param name="IsKnown">Whether maskers of free text are told of the values.</param>
internal sealed record ColumnTreatment(
    int Number,
    string Path,
    string Category,
    IValueMasker? Masker,
    IdentifierUse? Identifier,
    int SubjectSlot,
    bool IsKnown
)
{
    /// <summary>Whether each value becomes its surrogate.</summary>
    public bool IsSurrogate => Masker is ISurrogateMasker;
}
