using Governance.Api.Configuration;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Features.Ledger.ReadLedger;
using Governance.Api.Features.Ledger.VerifyLedger;
using Governance.Masking.Revealing;

namespace Governance.Api.Features.Ledger;

internal static class LedgerFeature
{
    public static void AddLedgerFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HashChainedLedger>();
        builder.Services.AddSingleton<ILedger>(provider => provider.GetRequiredService<HashChainedLedger>());
        builder.Services.AddSingleton<ILedgerExport, StoredLedgerExport>();
        builder.Services.AddSingleton<IRevealAudit, LedgerRevealAudit>();
        builder.Services.AddStartupStep<HashChainedLedger>(
            (ledger, cancellationToken) => ledger.OpenAsync(cancellationToken)
        );
    }

    public static void MapLedgerFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapReadLedger();
        endpoints.MapVerifyLedger();
    }
}
