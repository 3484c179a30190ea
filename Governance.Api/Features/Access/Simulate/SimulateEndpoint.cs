using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Access.Simulate;

internal static class SimulateEndpoint
{
    public static void MapSimulate(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/policies/simulate",
                async (SimulateBody body, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new SimulateCommand(body), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo, Roles.Owner, Roles.Admin)
            .WithTags("Policies")
            .WithSummary("Shows which grants, views and rows changed policies would change; nothing is changed")
            .Produces<SimulationView>();
}
