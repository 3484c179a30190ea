using System.Collections.Frozen;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.Erasing;
using Governance.Policies.Warehouse.BigQuery.Issuing;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Landing;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.StorageWrite;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Governance.Policies.Warehouse.BigQuery;

/// <summary>Registers BigQuery as the warehouse.</summary>
public static class BigQueryServiceCollectionExtensions
{
    /// <summary>
    /// Adds two datasets of a project, one for masked tables and one for issued views, as <see cref="IWarehouse"/> and as
    /// <see cref="IMaskedSink"/>, both the same object. Nothing is asked before first use. Settings are validated at start.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets at least project and datasets.</param>
    public static IServiceCollection AddBigQueryWarehouse(
        this IServiceCollection services,
        Action<BigQueryOptions> configure
    )
    {
        services.AddOptions<BigQueryOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BigQueryOptions>, Validator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IWriteGate, WriteGate>();
        services.TryAddSingleton<IGoogleAccess>(provider => BigQueryAccess.Load(Options(provider)));
        services.TryAddSingleton(provider => new BigQueryClient(
            Options(provider),
            provider.GetRequiredService<IGoogleAccess>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BigQueryClient>>()
        ));
        services.TryAddSingleton<JobRunner>();
        services.TryAddSingleton<AuthorizedViews>();
        services.TryAddSingleton<TableReaders>();
        services.TryAddSingleton<RowAccessPolicies>();
        services.TryAddSingleton<BigQueryTables>();
        services.TryAddSingleton<BigQueryKeySets>();
        services.TryAddSingleton<BigQueryIdentifiers>();
        services.TryAddSingleton<BigQueryErasure>();
        services.TryAddSingleton<BigQueryViews>();
        services.TryAddSingleton<BigQueryRowRules>();
        services.TryAddSingleton(Sink);
        services.TryAddSingleton<BigQueryWarehouse>();
        services.AddSingleton<IWarehouse>(provider => provider.GetRequiredService<BigQueryWarehouse>());
        services.AddSingleton<IMaskedSink>(provider => provider.GetRequiredService<BigQueryWarehouse>());
        return services;
    }

    private static BigQuerySink Sink(IServiceProvider provider)
    {
        var options = Options(provider);
        var time = provider.GetRequiredService<TimeProvider>();
        var write = new WriteOptions { RetryBudget = options.RetryBudget, AnswerTimeout = options.RequestTimeout };
        return new BigQuerySink(
            provider.GetRequiredService<BigQueryClient>(),
            provider.GetRequiredService<JobRunner>(),
            new WriteClient(
                options.StorageWriteEndpoint is { } endpoint ? write with { Endpoint = endpoint } : write,
                provider.GetRequiredService<IGoogleAccess>().TokenAsync,
                time
            ),
            new TableLayout(options.PolicyTags.ToFrozenDictionary(StringComparer.Ordinal)),
            provider.GetRequiredService<IWriteGate>().EnterAsync,
            time,
            provider.GetRequiredService<ILogger<TakeOver>>()
        );
    }

    private static BigQueryOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<BigQueryOptions>>().Value;

    private sealed class Validator : IValidateOptions<BigQueryOptions>
    {
        public ValidateOptionsResult Validate(string? name, BigQueryOptions options)
        {
            var faults = options.Faults().ToArray();
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
