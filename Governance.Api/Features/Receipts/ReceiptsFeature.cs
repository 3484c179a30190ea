using Governance.Api.Configuration;
using Governance.Api.Features.Receipts.ReadKeys;
using Governance.Api.Features.Receipts.Signing;
using Governance.Masking.Keys;

namespace Governance.Api.Features.Receipts;

internal static class ReceiptsFeature
{
    public static void AddReceiptsFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(provider => new ReceiptKeys(
            () => Path.Combine(provider.GetRequiredService<DataDirectory>().Keys, ReceiptKeys.FileName),
            provider.GetRequiredService<IKeyEncryptionKey>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddSingleton<IReceiptSigner, ReceiptSigner>();
        builder.Services.AddSingleton<IReceipts, StoredReceipts>();
        builder.Services.AddSingleton<IReceiptKeySet, ReceiptKeySet>();
        builder.Services.AddStartupStep<ReceiptKeys>((keys, cancellationToken) => keys.LoadAsync(cancellationToken));
        builder.Services.AddHostedService<ReceiptKeysReloader>();
    }

    public static void MapReceiptsFeature(this IEndpointRouteBuilder endpoints) => endpoints.MapReadKeys();
}
