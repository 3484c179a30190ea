using Governance.Api.Features.Contracts.Catalog;
using Governance.Api.Http;
using Governance.Masking.Contracts;
using MediatR;

namespace Governance.Api.Features.Contracts.ListContracts;

/// <summary>The contracts in force.</summary>
internal sealed record ListContractsRequest : IRequest<Result<IReadOnlyList<ContractSummary>>>;

internal sealed class ListContractsHandler(ContractStore store, IContractCatalogSource catalog)
    : IRequestHandler<ListContractsRequest, Result<IReadOnlyList<ContractSummary>>>
{
    public async Task<Result<IReadOnlyList<ContractSummary>>> Handle(
        ListContractsRequest request,
        CancellationToken cancellationToken
    )
    {
        var stored = await store.ReadAsync(cancellationToken);
        return catalog
            .Current.Contracts.Where(contract => stored.ContainsKey(contract.Id))
            .Select(contract => ContractSummary.Of(stored[contract.Id], contract))
            .ToArray();
    }
}
