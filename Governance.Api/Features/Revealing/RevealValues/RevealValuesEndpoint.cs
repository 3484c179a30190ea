using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Revealing.RevealValues;

internal static class RevealValuesEndpoint
{
    public static void MapRevealValues(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/reveal",
                async (
                    RevealValuesBody body,
                    Actor actor,
                    HttpResponse response,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) =>
                {
                    response.Headers.CacheControl = "no-store";
                    return (await mediator.Send(new RevealValuesCommand(body, actor), cancellationToken)).ToHttp();
                }
            )
            .RequireRoles(Roles.Analyst, Roles.Dpo, Roles.Pipeline)
            .WithTags("Reveal")
            .WithSummary("Gives plain values for masked ones, to whom the policies let see them")
            .WithDescription(
                "Needs a grant in force of the dataset for the purpose, and a column that the policies, asked at this moment, let be revealed. Each "
                    + "value stands in the ledger before it is given. The state erased means that the vault holds it no more. 429 carries Retry-After."
            )
            .Produces<RevealedValues>()
            .Produces<Problem>(StatusCodes.Status429TooManyRequests, Problem.ContentType);
}
