using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Keys.ListKeys;

internal static class ListKeysEndpoint
{
    public static void MapListKeys(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/keys",
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ListKeysQuery(), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Admin)
            .WithTags("Keys")
            .WithSummary("The keyset's keys, their states, and what still needs each of them")
            .Produces<KeyList>();
}
