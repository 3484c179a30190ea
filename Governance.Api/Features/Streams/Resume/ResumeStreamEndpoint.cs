using Governance.Api.Features.Streams.States;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Streams.Resume;

internal static class ResumeStreamEndpoint
{
    public static void MapResumeStream(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/streams/{topic}/resume",
                async (string topic, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ResumeStream(actor.Id, topic), cancellationToken)).ToHttp()
            )
            .Produces<StreamStanding>()
            .RequireRoles(Roles.Pipeline, Roles.Admin)
            .WithTags("Streams")
            .WithSummary("Lets a topic that was paused or halted go on where it stood");
}
