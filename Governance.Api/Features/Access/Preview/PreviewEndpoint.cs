using Governance.Api.Features.Access.Ask;
using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Access.Preview;

internal static class PreviewEndpoint
{
    public static void MapPreview(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                $"{AccessAddresses.Requests}/preview",
                async (AskBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    Asked.Of(body) is var asked && asked.IsOk
                        ? (await mediator.Send(new PreviewQuery(asked.Value, actor), cancellationToken)).ToHttp()
                        : Problem.From(asked.Failure!)
            )
            .RequireRoles(Roles.Analyst)
            .WithTags("Access")
            .WithSummary("Shows what a request would come to: columns, rows and SQL, without asking")
            .Produces<PreviewView>();
}
