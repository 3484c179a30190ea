using Governance.Api.Http;
using Governance.Masking.Contracts;
using MediatR;

namespace Governance.Api.Features.Datasets.ListDatasets;

/// <summary>All datasets.</summary>
internal sealed record ListDatasetsRequest : IRequest<Result<IReadOnlyList<DatasetSummary>>>;

/// <summary>A dataset, in short.</summary>
/// <param name="Name">Its name, and its table's.</param>
/// <param name="Topic">The topic that it comes from.</param>
/// <param name="Description">What it is.</param>
/// <param name="Contract">The contract that describes it.</param>
/// <param name="Owner">The owning team.</param>
/// <param name="Personal">Whether it says anything of a person.</param>
/// <param name="Rows">How many rows its table has.</param>
/// <param name="NewestEvent">The newest row's event time.</param>
/// <param name="AgeSeconds">How long ago that was.</param>
internal sealed record DatasetSummary(
    string Name,
    string Topic,
    string Description,
    string Contract,
    string Owner,
    bool Personal,
    long Rows,
    DateTimeOffset? NewestEvent,
    long? AgeSeconds
);

internal sealed class ListDatasetsHandler(IContractCatalogSource catalog, TableStates tables)
    : IRequestHandler<ListDatasetsRequest, Result<IReadOnlyList<DatasetSummary>>>
{
    public async Task<Result<IReadOnlyList<DatasetSummary>>> Handle(
        ListDatasetsRequest request,
        CancellationToken cancellationToken
    )
    {
        var factsOf = await tables.ReadAsync(cancellationToken);
        return catalog.Current.Datasets.Select(dataset => Describe(dataset, factsOf(dataset.Name))).ToArray();
    }

    private static DatasetSummary Describe(Dataset dataset, TableFacts facts) =>
        new(
            dataset.Name,
            dataset.Topic,
            dataset.Description,
            dataset.ContractId,
            dataset.OwnerTeam,
            dataset.IsPersonal,
            facts.Rows,
            facts.NewestEvent,
            facts.AgeSeconds
        );
}
