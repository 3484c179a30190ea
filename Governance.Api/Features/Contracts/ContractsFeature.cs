using Governance.Api.Configuration;
using Governance.Api.Features.Contracts.Catalog;
using Governance.Api.Features.Contracts.GetContract;
using Governance.Api.Features.Contracts.ListContracts;
using Governance.Api.Features.Contracts.PublishContract;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Api.Features.Contracts;

/// <summary>Contracts: published by their owners, in force everywhere at once.</summary>
internal static class ContractsFeature
{
    /// <summary>Adds the feature. Its loader starts after the state, and before whatever masks.</summary>
    public static void AddContractsFeature(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddFeatureOptions<ContractsOptions>(ContractsOptions.SectionName);
        services.AddSingleton<IKeyUse, FormatKeyColumns>();
        services.AddSingleton(new ContractReader());
        services.AddSingleton<ContractLinter>();
        services.AddSingleton<ContractCatalogSource>();
        services.AddSingleton<IContractCatalogSource>(provider => provider.GetRequiredService<ContractCatalogSource>());
        services.AddSingleton<ContractStore>();
        services.AddSingleton<ICatalogRefresh>(provider => provider.GetRequiredService<ContractStore>());
        services.AddSingleton<ContractLoader>();
        services.AddStartupStep<ContractLoader>((loader, cancellationToken) => loader.LoadAsync(cancellationToken));
        if (builder.UsesPostgres())
        {
            services.AddHostedService<CatalogReloader>();
        }
    }

    public static void MapContractsFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPublishContract();
        endpoints.MapListContracts();
        endpoints.MapGetContract();
    }
}
