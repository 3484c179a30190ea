using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Keys.RetireKey;

internal static class RetireKeyEndpoint
{
    public static void MapRetireKey(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/keys/{id}/retire",
                async (
                    uint id,
                    KeyActBody? body,
                    Actor actor,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) =>
                    (
                        await mediator.Send(new RetireKeyCommand(actor.Id, id, body?.Force ?? false), cancellationToken)
                    ).ToHttp()
            )
            .RequireRoles(Roles.Admin)
            .WithTags("Keys")
            .WithSummary("Puts a key out of use, once nothing needs it; it can be restored")
            .Produces<KeyAnswer>();
}
