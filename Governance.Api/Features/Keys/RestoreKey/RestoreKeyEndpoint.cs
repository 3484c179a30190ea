using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Keys.RestoreKey;

internal static class RestoreKeyEndpoint
{
    public static void MapRestoreKey(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/keys/{id}/restore",
                async (uint id, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new RestoreKeyCommand(actor.Id, id), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Admin)
            .WithTags("Keys")
            .WithSummary("Lets a retired key read again")
            .Produces<KeyAnswer>();
}
