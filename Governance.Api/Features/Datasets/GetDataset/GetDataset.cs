using Governance.Api.Http;
using Governance.Masking.Contracts;
using MediatR;

namespace Governance.Api.Features.Datasets.GetDataset;

/// <summary>One dataset.</summary>
internal sealed record GetDatasetRequest(string Name) : IRequest<Result<DatasetAnswer>>;

internal sealed class GetDatasetHandler(IContractCatalogSource catalog, TableStates tables)
    : IRequestHandler<GetDatasetRequest, Result<DatasetAnswer>>
{
    public async Task<Result<DatasetAnswer>> Handle(GetDatasetRequest request, CancellationToken cancellationToken)
    {
        if (catalog.Current.FindDataset(request.Name) is not { } dataset)
        {
            return Failure.NotFound(
                "unknown_dataset",
                "There is no dataset of this name.",
                "GET /datasets lists them."
            );
        }

        var facts = (await tables.ReadAsync(cancellationToken))(dataset.Name);
        return DatasetAnswer.Of(dataset, facts);
    }
}
