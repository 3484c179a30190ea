using Governance.Masking.Contracts;

namespace Governance.Masking.Columns;

/// <summary>An identifier column as a plan sees it.</summary>
/// <param name="Path">The column.</param>
/// <param name="Domain">Its identifier domain.</param>
/// <param name="Link">How the row relates to whom it points at.</param>
/// <param name="Slot">Where its key is noted for sealing; -1 for identifiers inside arrays and maps, which may be many.</param>
internal sealed record IdentifierUse(string Path, string Domain, Link Link, int Slot);
