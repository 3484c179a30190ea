using Governance.Api.Configuration;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.Retention;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Api.Features.SubjectRequests.List;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Api.Features.SubjectRequests.Verify;
using Governance.Masking;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>Subject requests: submitted, verified, approved, and carried out by a worker.</summary>
internal static class SubjectRequestsFeature
{
    public static void AddSubjectRequestsFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSubjectRequests();
        builder.Services.AddFeatureOptions<SubjectRequestOptions>(SubjectRequestOptions.SectionName);
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ErasureWorker>());
    }

    public static void MapSubjectRequestsFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapSubmit();
        endpoints.MapReads();
        endpoints.MapActs();
        endpoints.MapActsOnMany();
    }

    /// <summary>The feature's own parts, without settings and without the running worker.</summary>
    internal static IServiceCollection AddSubjectRequests(this IServiceCollection services)
    {
        services.TryAddSingleton<IFaultPoints>(NoFaultPoints.Instance);
        services.TryAddSingleton<ICatalogRefresh, NoCatalogRefresh>();
        services.AddSingleton<SubjectRequestStore>();
        services.AddSingleton<SubjectRequestViews>();
        services.AddSingleton<DueRequests>();
        services.AddSingleton<PlanKeeping>();
        services.AddSingleton<RequestEnding>();
        services.AddSingleton<Verifications>();
        services.AddSingleton<ClaimReader>();
        services.AddSingleton<ScratchKeys>();
        services.AddSingleton<ClosureFinder>();
        services.AddSingleton<ClaimResolver>();
        services.AddSingleton<ErasurePlanner>();
        services.AddSingleton<IHeldIdentifiers, HeldIdentifiers>();
        services.AddSingleton<PeopleOfBatches>();
        services.AddSingleton<HeldAliases>();
        services.AddSingleton<ErasureBatches>();
        services.AddSingleton<BatchSplits>();
        services.AddSingleton<ErasureStart>();
        services.AddSingleton<ErasureStatements>();
        services.AddSingleton<LostTables>();
        services.AddSingleton<ErasureVerification>();
        services.AddSingleton<ErasureEnd>();
        services.AddSingleton<ErasureExecutor>();
        services.AddSingleton<ErasureSignal>();
        services.AddSingleton<ErasureWorker>();
        return services;
    }
}
