using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Streams.List;

internal static class ListStreamsEndpoint
{
    public static void MapListStreams(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/streams",
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ListStreams(), cancellationToken)).ToHttp()
            )
            .Produces<StreamList>()
            .RequireRoles(Roles.Pipeline, Roles.Admin)
            .WithTags("Streams");
}
