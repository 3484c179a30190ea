using Governance.Api.Features.Access.Decide;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Access.ReadRequests;

/// <summary>What can be read of requests, and said to them; each act answers how the request stands afterwards.</summary>
internal static class RequestEndpoints
{
    public static void MapRequests(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapGet(
                AccessAddresses.Requests,
                async (
                    string? state,
                    int? take,
                    Actor actor,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) => (await mediator.Send(new ListRequestsQuery(state, take ?? 100, actor), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Analyst, Roles.Owner, Roles.Dpo, Roles.Auditor)
            .WithTags("Access")
            .WithSummary("Lists requests for access: one's own, or those that one decides about")
            .Produces<RequestsAnswer>();
        endpoints
            .MapGet(
                AccessAddresses.OneRequest,
                async (Guid id, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new GetRequestQuery(id, actor), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Analyst, Roles.Owner, Roles.Dpo, Roles.Auditor)
            .WithTags("Access")
            .WithSummary("Reads a request: the decision with its reasons, who said what, and the grant")
            .Produces<AccessRequestView>();
        Describe(
            endpoints.MapPost(
                $"{AccessAddresses.OneRequest}/approve",
                (Guid id, DecideBody? body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new ApproveCommand(id, actor, body?.Reason), id, actor, cancellationToken)
            ),
            "Says yes; of an emergency, that it was one"
        );
        Describe(
            endpoints.MapPost(
                $"{AccessAddresses.OneRequest}/deny",
                (Guid id, DecideBody? body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new DenyCommand(id, actor, body?.Reason), id, actor, cancellationToken)
            ),
            "Says no; of an emergency, that it was none, and its grant ends"
        );
    }

    private static async Task<IResult> AnswerAsync(
        IMediator mediator,
        IRequest<Result> command,
        Guid id,
        Actor actor,
        CancellationToken cancellationToken
    )
    {
        var result = await mediator.Send(command, cancellationToken);
        return result.Failure is null
            ? (await mediator.Send(new GetRequestQuery(id, actor), cancellationToken)).ToHttp()
            : result.ToHttp();
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary) =>
        endpoint
            .RequireRoles(Roles.Owner, Roles.Dpo)
            .WithTags("Access")
            .WithSummary(summary)
            .Produces<AccessRequestView>();
}
