using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Masking.Revealing;
using Governance.Masking.Vault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Governance.Masking;

/// <summary>Masking by dependency injection.</summary>
public static class MaskingServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IMasker"/>, with <see cref="TenantKeys"/> and <see cref="Identifiers"/> that it works with, as singletons. They are
    /// opened when the masker is first asked for, and closed with the container.
    /// </summary>
    /// <param name="services">
    /// The services. Of these, the masker takes what is registered, and its options leave open: <see cref="IContractCatalogSource"/>,
    /// <see cref="IVault"/>, <see cref="IKeyEncryptionKey"/>, <see cref="ISuppressionList"/>, <see cref="TimeProvider"/>.
    /// </param>
    /// <param name="configure">Sets at least <see cref="MaskerOptions.Contracts"/>.</param>
    /// <returns>The services.</returns>
    /// <remarks><see cref="Reveal"/> is added too; it wants an <see cref="IRevealAudit"/>, which is yours to register.</remarks>
    /// <exception cref="OptionsValidationException">From whoever asks for the masker first, where options are wrong; lists every fault.</exception>
    public static IServiceCollection AddGovernanceMasking(
        this IServiceCollection services,
        Action<MaskerOptions> configure
    )
    {
        services
            .AddOptions<MaskerOptions>()
            .Configure(configure)
            .PostConfigure<IServiceProvider>(
                (options, provider) =>
                {
                    options.Catalog ??=
                        options.Contracts.Count == 0 ? provider.GetService<IContractCatalogSource>() : null;
                    options.Vault ??= provider.GetService<IVault>();
                    options.KeyEncryptionKey ??= provider.GetService<IKeyEncryptionKey>();
                    options.Suppressions ??= provider.GetService<ISuppressionList>();
                    if (ReferenceEquals(options.Time, TimeProvider.System))
                    {
                        options.Time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
                    }
                }
            );
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<MaskerOptions>, MaskerOptionsValidator>()
        );
        services.TryAddSingleton(provider =>
            MaskerParts
                .OpenAsync(provider.GetRequiredService<IOptions<MaskerOptions>>().Value, CancellationToken.None)
                // Once: a program that masks has nothing else to do before it has its keys.
                .GetAwaiter()
                .GetResult()
        );
        services.TryAddSingleton(provider => provider.GetRequiredService<MaskerParts>().Keys);
        services.TryAddSingleton(provider => provider.GetRequiredService<MaskerParts>().Identifiers);
        services.TryAddSingleton<IMasker>(provider =>
        {
            var parts = provider.GetRequiredService<MaskerParts>();
            return new Masker(
                parts.Contracts,
                parts.Keys,
                parts.Identifiers,
                provider.GetRequiredService<IOptions<MaskerOptions>>().Value.Suppressions
            );
        });
        services.TryAddSingleton(provider =>
        {
            var parts = provider.GetRequiredService<MaskerParts>();
            return new Reveal(
                parts.Contracts,
                parts.Keys,
                parts.Identifiers,
                provider.GetRequiredService<IRevealAudit>()
            );
        });
        return services;
    }
}
