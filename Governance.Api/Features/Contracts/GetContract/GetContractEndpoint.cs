using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Contracts.GetContract;

internal static class GetContractEndpoint
{
    private const string Yaml = "application/yaml";

    public static void MapGetContract(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/contracts/{id}",
                async (string id, HttpRequest request, IMediator mediator, CancellationToken cancellationToken) =>
                {
                    var result = await mediator.Send(new GetContractRequest(id), cancellationToken);
                    return result.ToHttp(answer =>
                        WantsYaml(request) ? TypedResults.Text(answer.Yaml, Yaml) : TypedResults.Ok(answer)
                    );
                }
            )
            .RequireRoles(Roles.Owner, Roles.Dpo, Roles.Pipeline, Roles.Auditor, Roles.Admin)
            .WithTags("Contracts")
            .WithSummary("Reads a contract in force; with Accept: application/yaml the document alone")
            .Produces<GetContractAnswer>();

    private static bool WantsYaml(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .Accept.Any(accept => accept.MediaType.Equals(Yaml, StringComparison.OrdinalIgnoreCase));
}
