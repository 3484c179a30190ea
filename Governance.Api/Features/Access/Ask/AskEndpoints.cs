using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Access.Ask;

internal static class AskEndpoints
{
    public static void MapAsk(this IEndpointRouteBuilder endpoints)
    {
        Describe(
            endpoints.MapPost(
                AccessAddresses.Requests,
                (AskBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, Asked.Of(body), actor, cancellationToken)
            ),
            [Roles.Analyst],
            "Asks for a dataset, for a purpose and a time",
            "201: it is granted; 202: the owner has to approve; 403: the policies say no, with every reason."
        );
        Describe(
            endpoints.MapPost(
                $"{AccessAddresses.Requests}/break-glass",
                (BreakGlassBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, Asked.Of(body), actor, cancellationToken)
            ),
            [Roles.Analyst, Roles.Dpo, Roles.Pipeline],
            "Breaks the glass: access at once in an emergency, for a short time",
            "It raises an alarm, and is reviewed afterwards by the owner or the data protection officer."
        );
    }

    /// <summary>The HTTP answer to a request that was taken.</summary>
    public static IResult Answer(AccessRequestView view) =>
        view.State == AccessRequestState.Granted
            ? TypedResults.Created(view.Grant, view)
            : TypedResults.Accepted(AccessAddresses.OfRequest(view.Id), view);

    private static async Task<IResult> AnswerAsync(
        IMediator mediator,
        Result<Asked> asked,
        Actor actor,
        CancellationToken cancellationToken
    ) =>
        asked.IsOk
            ? (await mediator.Send(new AskCommand(asked.Value, actor), cancellationToken)).ToHttp(Answer)
            : Problem.From(asked.Failure);

    private static void Describe(
        RouteHandlerBuilder endpoint,
        IReadOnlyList<string> roles,
        string summary,
        string description
    ) =>
        endpoint
            .RequireRoles(roles)
            .WithTags("Access")
            .WithSummary(summary)
            .WithDescription(description)
            .Produces<AccessRequestView>(StatusCodes.Status201Created)
            .Produces<AccessRequestView>(StatusCodes.Status202Accepted);
}
