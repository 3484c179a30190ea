using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Quarantine.Count;

internal static class CountQuarantineEndpoint
{
    public static void MapCountQuarantine(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/quarantine",
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new CountQuarantine(), cancellationToken)).ToHttp()
            )
            .Produces<QuarantineAnswer>()
            .RequireRoles(Roles.Pipeline, Roles.Owner)
            .WithTags("Quarantine");
}
