using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Keys.PromoteKey;

internal static class PromoteKeyEndpoint
{
    public static void MapPromoteKey(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/keys/{id}/promote",
                async (
                    uint id,
                    KeyActBody? body,
                    Actor actor,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) =>
                    (
                        await mediator.Send(
                            new PromoteKeyCommand(actor.Id, id, body?.Force ?? false),
                            cancellationToken
                        )
                    ).ToHttp()
            )
            .RequireRoles(Roles.Admin)
            .WithTags("Keys")
            .WithSummary("Lets a key write, once every running process has read it")
            .Produces<KeyAnswer>();
}
