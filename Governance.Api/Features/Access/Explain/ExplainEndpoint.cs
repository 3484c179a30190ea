using Governance.Api.Features.Access.ReadGrants;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Access.Explain;

internal static class ExplainEndpoint
{
    public static void MapExplain(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                $"{AccessAddresses.OneGrant}/explain",
                async (Guid id, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ExplainQuery(id, actor), cancellationToken)).ToHttp()
            )
            .RequireRoles(GrantEndpoints.Readers)
            .WithTags("Access")
            .WithSummary("Says why a grant shows no rows, or not a column")
            .Produces<ExplainView>();
}
