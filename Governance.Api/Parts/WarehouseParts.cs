using Governance.Api.Configuration;
using Governance.Api.Features.Health;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Policies.Warehouse.DuckDb;
using Microsoft.Extensions.Options;

namespace Governance.Api.Parts;

/// <summary>The warehouse: BigQuery where its settings are there, else the embedded default.</summary>
internal static class WarehouseParts
{
    public static void AddWarehouseParts(this IHostApplicationBuilder builder)
    {
        // One setting of the section is enough: a half-configured warehouse is told what it lacks, and never becomes the other one.
        var bigQuery = builder.Configuration.GetSection(BigQueryOptions.SectionName);
        if (bigQuery.Exists())
        {
            AddBigQuery(builder.Services, bigQuery);
        }
        else
        {
            AddDuckDb(builder.Services, builder.Configuration);
        }

        builder.Services.AddSingleton<IHealthPart, WarehouseHealth>();
    }

    private static void AddBigQuery(IServiceCollection services, IConfigurationSection settings)
    {
        services.AddBigQueryWarehouse(options =>
            settings.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true)
        );
        services.AddStartupNote<IOptions<BigQueryOptions>>(
            "warehouse",
            options => $"{options.Value.Project}.{options.Value.Dataset} (BigQuery, {options.Value.Location})"
        );
    }

    private static void AddDuckDb(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSandboxPart(SandboxPart.Warehouse);
        services.AddDuckDbWarehouse(options => configuration.GetSection(DuckDbOptions.SectionName).Bind(options));
        services
            .AddOptions<DuckDbOptions>()
            // Settings are checked before the data directory is taken: a refused start leaves nothing behind.
            .PostConfigure<IOptions<GovernanceOptions>>(
                (options, governance) =>
                    options.FilePath =
                        options.FilePath.Length == 0
                            ? Path.GetFullPath(Path.Combine(governance.Value.DataDirectory, "warehouse.duckdb"))
                            : options.FilePath
            );
        services.AddStartupNote<IOptions<DuckDbOptions>>("warehouse", options => $"{options.Value.FilePath} (DuckDB)");
    }

    private sealed class WarehouseHealth(IWarehouse warehouse) : IHealthPart
    {
        public string Name => "warehouse";

        public async ValueTask<PartState> CheckAsync(CancellationToken cancellationToken) =>
            await warehouse.IsReadyAsync(cancellationToken)
                ? PartState.Up
                : PartState.Down("The warehouse does not answer a query.");
    }
}
