using System.Globalization;
using System.Security.Claims;
using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Api.Features.Access.Follow;

internal static class FollowEndpoint
{
    public static void MapFollow(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(AccessAddresses.Events, AnswerAsync)
            .RequireRoles(Roles.Analyst)
            .WithTags("Access")
            .WithSummary("Follows a grant's rows as they land, as server-sent events")
            .WithDescription(
                "For whoever holds the grant. Rows come as the grant's view shows them, each as a JSON object in an event without a name; its id is what Last-Event-ID takes up again. Other events: grant (the first), gap (rows are missing; read them through the view), end (the last, with its reason)."
            )
            .Produces<string>(StatusCodes.Status200OK, FollowAnswer.ContentType);

    private static async Task<IResult> AnswerAsync(
        Guid id,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        Actor actor,
        ClaimsPrincipal user,
        IMediator mediator,
        CancellationToken cancellationToken
    ) =>
        (await mediator.Send(new FollowCommand(id, actor, lastEventId), cancellationToken)).ToHttp(
            following => new FollowAnswer(following, EndOf(user))
        );

    // Nobody reads on with a token that could not open the stream any more.
    private static DateTimeOffset? EndOf(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue("exp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
