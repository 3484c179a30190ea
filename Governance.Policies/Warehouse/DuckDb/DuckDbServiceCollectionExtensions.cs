using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.DuckDb.Querying;
using Governance.Policies.Warehouse.Querying;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>Registers the embedded warehouse.</summary>
public static class DuckDbServiceCollectionExtensions
{
    /// <summary>
    /// Adds one DuckDB file as <see cref="IWarehouse"/> and as <see cref="IMaskedSink"/>, both the same object, and
    /// <see cref="IGovernedQueries"/> over it. The file is opened at
    /// first use. Settings are validated at start.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets at least <see cref="DuckDbOptions.FilePath"/>.</param>
    public static IServiceCollection AddDuckDbWarehouse(
        this IServiceCollection services,
        Action<DuckDbOptions> configure
    )
    {
        services.AddOptions<DuckDbOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DuckDbOptions>, Validator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new DuckDbDatabase(
            provider.GetRequiredService<IOptions<DuckDbOptions>>().Value
        ));
        services.TryAddSingleton<DuckDbWarehouse>();
        services.AddSingleton<IWarehouse>(provider => provider.GetRequiredService<DuckDbWarehouse>());
        services.TryAddSingleton<IGovernedQueries, DuckDbGovernedQueries>();
        services.AddSingleton<IMaskedSink>(provider => provider.GetRequiredService<DuckDbWarehouse>());
        return services;
    }

    private sealed class Validator : IValidateOptions<DuckDbOptions>
    {
        public ValidateOptionsResult Validate(string? name, DuckDbOptions options)
        {
            var faults = options.Faults().ToArray();
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
