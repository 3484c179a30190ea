using Governance.Masking.Keys;

namespace Governance.Masking.Vault;

/// <summary>What masking needs of an identifier's vault row.</summary>
/// <param name="Surrogate">Stands in for the identifier, everywhere.</param>
/// <param name="Key">Seals the values of the records that the identifier names.</param>
public sealed record ResolvedIdentifier(Guid Surrogate, SubjectKey Key);
