using Governance.Api.Features.Contracts.Catalog;
using Governance.Api.Http;
using Governance.Masking.Contracts;
using MediatR;

namespace Governance.Api.Features.Contracts.GetContract;

/// <summary>One contract in force.</summary>
internal sealed record GetContractRequest(string Id) : IRequest<Result<GetContractAnswer>>;

/// <summary>The contract, and its document word for word.</summary>
internal sealed record GetContractAnswer(ContractSummary Contract, string Yaml);

internal sealed class GetContractHandler(ContractStore store, IContractCatalogSource catalog)
    : IRequestHandler<GetContractRequest, Result<GetContractAnswer>>
{
    public async Task<Result<GetContractAnswer>> Handle(GetContractRequest request, CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(cancellationToken);
        return stored.TryGetValue(request.Id, out var row) && catalog.Current.FindContract(request.Id) is { } contract
            ? new GetContractAnswer(ContractSummary.Of(row, contract), row.Yaml)
            : Failure.NotFound("unknown_contract", "There is no contract of this id.", "GET /contracts lists them.");
    }
}
