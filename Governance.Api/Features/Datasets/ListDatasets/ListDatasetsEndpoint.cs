using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Datasets.ListDatasets;

internal static class ListDatasetsEndpoint
{
    public static void MapListDatasets(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/datasets",
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ListDatasetsRequest(), cancellationToken)).ToHttp()
            )
            .RequireSignedIn()
            .WithTags("Datasets")
            .WithSummary("Lists datasets, with row count and freshness")
            .Produces<IReadOnlyList<DatasetSummary>>();
}
