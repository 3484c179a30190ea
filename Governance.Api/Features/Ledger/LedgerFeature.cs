using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Features.Ledger.ReadLedger;
using Governance.Api.Features.Ledger.VerifyLedger;

namespace Governance.Api.Features.Ledger;

internal static class LedgerFeature
{
    public static void AddLedgerFeature(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<ILedger, HashChainedLedger>();

    public static void MapLedgerFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapReadLedger();
        endpoints.MapVerifyLedger();
    }
}
