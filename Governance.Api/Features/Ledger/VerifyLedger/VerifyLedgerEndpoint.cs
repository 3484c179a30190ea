using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Ledger.VerifyLedger;

internal static class VerifyLedgerEndpoint
{
    public static void MapVerifyLedger(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/ledger/verify",
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new VerifyLedgerQuery(), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Auditor, Roles.Dpo)
            .WithTags("Ledger")
            .WithSummary("The chain's state.")
            .Produces<ChainState>();
}
