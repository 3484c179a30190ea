using Governance.Api.Features.Access.Explain;
using Governance.Api.Features.Access.Follow;
using Governance.Api.Features.Access.Renew;
using Governance.Api.Features.Access.Revoke;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Access.ReadGrants;

/// <summary>What can be read of grants.</summary>
internal static class GrantEndpoints
{
    /// <summary>Who may read grants; the policies say which of them.</summary>
    public static readonly string[] Readers = [Roles.Analyst, Roles.Owner, Roles.Dpo, Roles.Auditor, Roles.Pipeline];

    public static void MapGrants(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapGet(
                AccessAddresses.Grants,
                async (
                    string? state,
                    string? dataset,
                    int? take,
                    Actor actor,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) =>
                    (
                        await mediator.Send(new ListGrantsQuery(state, dataset, take ?? 100, actor), cancellationToken)
                    ).ToHttp()
            )
            .RequireRoles(Readers)
            .WithTags("Access")
            .WithSummary("Lists grants: one's own, or those of one's datasets")
            .Produces<GrantsAnswer>();
        endpoints
            .MapGet(
                AccessAddresses.OneGrant,
                async (Guid id, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new GetGrantQuery(id, actor), cancellationToken)).ToHttp()
            )
            .RequireRoles(Readers)
            .WithTags("Access")
            .WithSummary("Reads a grant: its state in the warehouse, and the SQL that was issued")
            .Produces<GrantView>();
        endpoints
            .MapGet(
                AccessAddresses.Findings,
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ListFindingsQuery(), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Owner, Roles.Dpo, Roles.Auditor, Roles.Admin)
            .WithTags("Access")
            .WithSummary("Lists views and row rules that stand in the warehouse and that nobody granted")
            .Produces<FindingsAnswer>();
        endpoints.MapExplain();
        endpoints.MapFollow();
        endpoints.MapRenew();
        endpoints.MapRevoke();
    }
}
