using Governance.Api.Features.Streams.States;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Streams.Pause;

internal static class PauseStreamEndpoint
{
    public static void MapPauseStream(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/streams/{topic}/pause",
                async (
                    string topic,
                    Actor actor,
                    PauseStreamBody? body,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) => (await mediator.Send(new PauseStream(actor.Id, topic, body?.Reason), cancellationToken)).ToHttp()
            )
            .Produces<StreamStanding>()
            .RequireRoles(Roles.Pipeline, Roles.Admin)
            .WithTags("Streams")
            .WithSummary("Stops the consumption of a topic, on all members and over restarts, until it is resumed");
}
