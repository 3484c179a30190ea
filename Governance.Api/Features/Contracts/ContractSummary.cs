using Governance.Masking.Contracts;

namespace Governance.Api.Features.Contracts;

/// <summary>A contract in force, in short.</summary>
internal sealed record ContractSummary(
    string Id,
    string Name,
    string Version,
    string Status,
    string Owner,
    IReadOnlyList<string> Datasets,
    string Hash,
    DateTimeOffset PublishedAt,
    string PublishedBy
)
{
    public static ContractSummary Of(PublishedContract stored, Contract contract) =>
        new(
            contract.Id,
            contract.Name,
            contract.Version,
            contract.Status,
            contract.OwnerTeam,
            [.. contract.Datasets.Select(dataset => dataset.Name)],
            stored.Hash,
            stored.PublishedAt,
            stored.PublishedBy
        );
}
