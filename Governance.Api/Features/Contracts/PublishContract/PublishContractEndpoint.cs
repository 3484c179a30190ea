using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Contracts.PublishContract;

internal static class PublishContractEndpoint
{
    public static void MapPublishContract(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPut(
                "/contracts/{id}",
                // The body is read as it is: clients name YAML by many content types, or by none.
                async (
                    string id,
                    HttpRequest body,
                    Actor actor,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) =>
                {
                    using var buffer = new MemoryStream();
                    await body.Body.CopyToAsync(buffer, cancellationToken);
                    var result = await mediator.Send(
                        new PublishContractRequest(id, buffer.ToArray(), actor.Id),
                        cancellationToken
                    );
                    return result.ToHttp(answer =>
                        answer.IsNew
                            ? TypedResults.Created($"/contracts/{Uri.EscapeDataString(id)}", answer)
                            : TypedResults.Ok(answer)
                    );
                }
            )
            .RequireRoles(Roles.Owner)
            .WithTags("Contracts")
            .WithSummary("Publishes a contract: an ODCS v3.1 document in YAML")
            .Accepts<string>("application/yaml", "*/*")
            .Produces<PublishContractAnswer>(StatusCodes.Status201Created)
            .Produces<PublishContractAnswer>();
}
