using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Quarantine.Replay;

internal static class ReplayQuarantineEndpoint
{
    public static void MapReplayQuarantine(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/quarantine/replay",
                async (
                    Actor actor,
                    ReplayQuarantineBody? body,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) =>
                    (
                        await mediator.Send(new ReplayQuarantine(actor.Id, body?.Topic, body?.Code), cancellationToken)
                    ).ToHttp()
            )
            .Produces<ReplayReport>()
            .RequireRoles(Roles.Pipeline, Roles.Owner)
            .WithTags("Quarantine");
}
