using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.ReadGrants;
using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Access.Revoke;

internal static class RevokeEndpoint
{
    public static void MapRevoke(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapDelete(AccessAddresses.OneGrant, AnswerAsync)
            .RequireRoles(Roles.Analyst, Roles.Owner, Roles.Dpo, Roles.Pipeline)
            .WithTags("Access")
            .WithSummary("Ends a grant")
            .WithDescription(
                "200: nothing of it is left in the warehouse. 202: it has ended, and the warehouse has yet to be seen without it. The reason may be given as ?reason=; it holds no personal value."
            )
            .Produces<GrantView>()
            .Produces<GrantView>(StatusCodes.Status202Accepted);

    private static async Task<IResult> AnswerAsync(
        Guid id,
        string? reason,
        Actor actor,
        IMediator mediator,
        CancellationToken cancellationToken
    )
    {
        var result = await mediator.Send(new RevokeCommand(id, actor, reason), cancellationToken);
        return result.Failure is { } failure
            ? Problem.From(failure)
            : (await mediator.Send(new GetGrantQuery(id, actor), cancellationToken)).ToHttp(grant =>
                GrantStates.Open.Any(state => state.Name() == grant.State)
                    ? TypedResults.Accepted(AccessAddresses.OfGrant(id), grant)
                    : TypedResults.Ok(grant)
            );
    }
}
