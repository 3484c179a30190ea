using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Keys.AddKey;

internal static class AddKeyEndpoint
{
    public static void MapAddKey(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/keys",
                async (Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new AddKeyCommand(actor.Id), cancellationToken)).ToHttp(key =>
                        TypedResults.Created("/keys", key)
                    )
            )
            .RequireRoles(Roles.Admin)
            .WithTags("Keys")
            .WithSummary("Adds a random key, which reads and does not write yet")
            .Produces<KeyAnswer>(StatusCodes.Status201Created);
}
