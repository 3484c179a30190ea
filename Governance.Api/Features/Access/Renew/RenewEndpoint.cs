using Governance.Api.Features.Access.Ask;
using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Access.Renew;

/// <summary>How a grant is to go on.</summary>
/// <param name="Duration">For how long, from now: <c>PT8H</c>, <c>P30D</c>, <c>8h</c>, <c>30d</c> or <c>08:00:00</c>.</param>
/// <param name="Columns">Columns that are kept though nobody read them; left out: those that were read.</param>
internal sealed record RenewBody(string Duration, IReadOnlyList<string>? Columns = null);

internal static class RenewEndpoint
{
    public static void MapRenew(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                $"{AccessAddresses.OneGrant}/renew",
                async (Guid id, RenewBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    Duration.Read(body.Duration) is { } duration
                        ? (
                            await mediator.Send(new RenewCommand(id, duration, body.Columns, actor), cancellationToken)
                        ).ToHttp(AskEndpoints.Answer)
                        : Problem.From(
                            Failure.Invalid(
                                "invalid_request",
                                "The renewal has faults; nothing was stored.",
                                "Mend what the faults name, and send it again.",
                                [new Fault("duration", "malformed", $"It is no time above zero. {Duration.Forms}")]
                            )
                        )
            )
            .RequireRoles(Roles.Analyst)
            .WithTags("Access")
            .WithSummary("Lets a grant go on; columns that nobody read are dropped")
            .Produces<AccessRequestView>(StatusCodes.Status201Created)
            .Produces<AccessRequestView>(StatusCodes.Status202Accepted);
}
