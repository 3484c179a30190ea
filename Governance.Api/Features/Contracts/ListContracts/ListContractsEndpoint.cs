using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Contracts.ListContracts;

internal static class ListContractsEndpoint
{
    public static void MapListContracts(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/contracts",
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ListContractsRequest(), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Owner, Roles.Dpo, Roles.Pipeline, Roles.Auditor, Roles.Admin)
            .WithTags("Contracts")
            .WithSummary("Lists the contracts in force")
            .Produces<IReadOnlyList<ContractSummary>>();
}
