using Governance.Masking.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Governance.Masking.Vault;

/// <summary>Registers keys and vault.</summary>
public static class VaultServices
{
    /// <summary>
    /// Adds <see cref="Identifiers"/> over opened keys and an opened vault. Both are opened before the host is built, so that a
    /// service with bad keys never starts; the caller disposes them.
    /// </summary>
    public static IServiceCollection AddIdentifiers(this IServiceCollection services, TenantKeys keys, IVault vault)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(keys);
        services.TryAddSingleton(vault);
        services.TryAddSingleton(provider => new Identifiers(
            provider.GetRequiredService<TenantKeys>(),
            provider.GetRequiredService<IVault>(),
            provider.GetService<IOptions<IdentifiersOptions>>()?.Value ?? new IdentifiersOptions(),
            provider.GetRequiredService<TimeProvider>()
        ));
        return services;
    }
}
