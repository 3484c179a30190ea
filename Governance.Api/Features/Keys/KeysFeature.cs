using Governance.Api.Configuration;
using Governance.Api.Features.Keys.AddKey;
using Governance.Api.Features.Keys.ListKeys;
using Governance.Api.Features.Keys.PromoteKey;
using Governance.Api.Features.Keys.RestoreKey;
using Governance.Api.Features.Keys.RetireKey;
using Governance.Api.Features.Ledger;
using Governance.Masking;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Api.Features.Keys;

/// <summary>Rotation of the tenant's keys.</summary>
internal static class KeysFeature
{
    public static void AddKeysFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddFeatureOptions<KeysOptions>(KeysOptions.SectionName);
        builder.Services.AddHostedService<KeysetReloader>();
        builder.Services.AddSingleton<IKeyUse>(provider => new VaultKeys(
            // A vault of another make says itself what wraps its keys.
            provider.GetRequiredService<IVault>() as IWrappedKeys
                ?? throw new InvalidOperationException("The vault does not tell which keys wrap its rows.")
        ));
        builder.Services.AddSingleton(provider => new KeyRotation(
            provider.GetRequiredService<DataDirectory>().Keys,
            provider.GetRequiredService<IKeyEncryptionKey>(),
            provider.GetServices<IKeyUse>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IFaultPoints>()
        ));
        builder.Services.AddSingleton(provider => new KeyActs(
            provider.GetRequiredService<KeyRotation>(),
            provider.GetRequiredService<ILedger>(),
            provider.GetRequiredService<TenantKeys>()
        ));
    }

    public static void MapKeysFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapListKeys();
        endpoints.MapAddKey();
        endpoints.MapPromoteKey();
        endpoints.MapRetireKey();
        endpoints.MapRestoreKey();
    }
}
