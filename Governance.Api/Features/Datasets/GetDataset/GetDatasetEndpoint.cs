using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Datasets.GetDataset;

internal static class GetDatasetEndpoint
{
    public static void MapGetDataset(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/datasets/{name}",
                async (string name, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new GetDatasetRequest(name), cancellationToken)).ToHttp()
            )
            .RequireSignedIn()
            .WithTags("Datasets")
            .WithSummary("Describes a dataset: its columns with category, method, link and owner")
            .Produces<DatasetAnswer>();
}
