using Governance.Masking.Contracts;

namespace Governance.Api.Features.Contracts.Catalog;

/// <summary>What is asked to be published.</summary>
/// <param name="Id">The contract's id.</param>
/// <param name="Yaml">The document.</param>
/// <param name="Actor">Who publishes: an account id, or <c>system:{part}</c>.</param>
internal sealed record Publication(string Id, string Yaml, string Actor);

/// <summary>What publishing did.</summary>
/// <param name="Stored">The version now in force.</param>
/// <param name="Contract">Its content.</param>
/// <param name="IsNew">Whether there was no contract of this id.</param>
/// <param name="IsChanged">Whether anything changed.</param>
/// <param name="Losses">Where it protects less than the version before.</param>
internal sealed record Published(
    PublishedContract Stored,
    Contract Contract,
    bool IsNew,
    bool IsChanged,
    IReadOnlyList<ProtectionLoss> Losses
);
