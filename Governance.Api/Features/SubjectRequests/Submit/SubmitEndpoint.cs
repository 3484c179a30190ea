using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Submit;

internal static class SubmitEndpoint
{
    public static void MapSubmit(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                SubjectRequestAddresses.Root,
                async (SubmitBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new SubmitCommand(body, actor.Id), cancellationToken)).ToHttp(answer =>
                        TypedResults.Accepted(answer.Location, answer)
                    )
            )
            .RequireRoles(Roles.Dpo, Roles.Pipeline)
            .WithTags("Subject requests")
            .WithSummary("Submits a subject request")
            .Produces<SubmitAnswer>(StatusCodes.Status202Accepted);
}
