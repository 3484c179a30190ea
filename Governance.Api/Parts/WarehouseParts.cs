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
        if (builder.Configuration.GetSection(BigQueryOptions.SectionName).Exists())
        {
            AddBigQuery(builder.Services);
        }
        else
        {
            AddDuckDb(builder.Services);
        }

        builder.Services.AddSingleton<IHealthPart, WarehouseHealth>();
    }

    private static void AddBigQuery(IServiceCollection services)
    {
        services.AddFeatureOptions<BigQueryOptions>(BigQueryOptions.SectionName);
        services.AddBigQueryWarehouse(_ => { });
        services.AddStartupNote<IOptions<BigQueryOptions>>(
            "warehouse",
            options => $"{options.Value.Project}.{options.Value.Dataset} (BigQuery, {options.Value.Location})"
        );
    }

    private static void AddDuckDb(IServiceCollection services)
    {
        services.AddSandboxPart(SandboxPart.Warehouse);
        services.AddFeatureOptions<DuckDbOptions>(DuckDbOptions.SectionName);
        services.AddDuckDbWarehouse(_ => { });
        services
            .AddOptions<DuckDbOptions>()
            // Settings are checked before the data directory is taken: a refused start leaves nothing behind.
            .PostConfigure<UncheckedOptions<GovernanceOptions>>(
                (options, governance) =>
                    options.FilePath =
                        options.FilePath.Length == 0
                            ? Path.GetFullPath(Path.Combine(governance.Read().DataDirectory, "warehouse.duckdb"))
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
