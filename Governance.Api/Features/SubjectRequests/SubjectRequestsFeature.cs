using Governance.Api.Configuration;
using Governance.Api.Features.Access;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.Retention;
using Governance.Api.Features.Revealing;
using Governance.Api.Features.SubjectRequests.Bulk;
using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Counting;
using Governance.Api.Features.SubjectRequests.Deadlines;
using Governance.Api.Features.SubjectRequests.Desk;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Evidence;
using Governance.Api.Features.SubjectRequests.Exporting;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Api.Features.SubjectRequests.List;
using Governance.Api.Features.SubjectRequests.Rectifying;
using Governance.Api.Features.SubjectRequests.Report;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Features.SubjectRequests.Restore;
using Governance.Api.Features.SubjectRequests.Restricting;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Api.Features.SubjectRequests.Verify;
using Governance.Masking;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>Subject requests: submitted, verified, approved, and carried out by a worker.</summary>
internal static class SubjectRequestsFeature
{
    public static void AddSubjectRequestsFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSubjectRequests();
        builder.Services.AddFeatureOptions<SubjectRequestOptions>(SubjectRequestOptions.SectionName);
        builder.Services.AddFeatureOptions<OfficeOptions>(OfficeOptions.SectionName);
        builder.Services.AddFeatureOptions<BulkOptions>(BulkOptions.SectionName);
        builder.Services.AddScoped<BulkSubmission>();
        builder.Services.AddStartupStep<RestoreCheck>((check, cancellationToken) => check.RunAsync(cancellationToken));
        builder.Services.AddSingleton<IRowExclusions, LimitedRows>();
        builder.Services.AddSingleton<IRevealLimits, LimitedPeople>();
        builder.Services.AddSingleton(provider => new ExportFiles(() =>
            provider.GetRequiredService<IOptions<SubjectRequestOptions>>().Value.ExportsDirectory
            ?? provider.GetRequiredService<DataDirectory>().Folder("exports")
        ));
        builder.AddWorker<FulfilWorker>(ServiceRole.Scheduler);
        builder.AddWorker<ErasureWorker>(ServiceRole.Scheduler);
        builder.AddWorker<DeadlineWatch>(ServiceRole.Scheduler);
        builder.AddWorker<PurgeWorker>(ServiceRole.Scheduler);
        builder.AddWorker<RequestCounts>(ServiceRole.Scheduler);
        builder.AddWorker<ResidueProbe>(ServiceRole.Scheduler);
    }

    public static void MapSubjectRequestsFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapSubmit();
        endpoints.MapReads();
        endpoints.MapActs();
        endpoints.MapActsOnMany();
        endpoints.MapBulk();
        endpoints.MapReport();
    }

    /// <summary>The feature's own parts, without settings and without the running worker.</summary>
    internal static IServiceCollection AddSubjectRequests(this IServiceCollection services)
    {
        services.TryAddSingleton<IFaultPoints>(NoFaultPoints.Instance);
        services.TryAddSingleton<ICatalogRefresh, NoCatalogRefresh>();
        services.TryAddSingleton<IIssuedViews, NoIssuedViews>();
        services.TryAddSingleton<IDataUses, NoDataUses>();
        services.AddSingleton<SubjectRequestStore>();
        services.AddSingleton<SubjectRequestViews>();
        services.AddSingleton<LegalClock>();
        services.AddSingleton<WarehouseCopies>();
        services.AddSingleton<ISubjectRequestDesk, SubjectRequestDesk>();
        services.AddSingleton<ISubjectRequestEvidence, SubjectRequestEvidence>();
        services.AddSingleton<DueRequests>();
        services.AddSingleton<DeadlineWatch>();
        services.AddSingleton<ErasedIdentifiers>();
        services.AddSingleton<IErasureAftermath>(provider => provider.GetRequiredService<ErasedIdentifiers>());
        services.AddSingleton<UnheldIdentifiers>();
        services.AddSingleton<RestoreCheck>();
        services.AddSingleton<ResidueProbe>();
        services.AddSingleton<PlanKeeping>();
        services.AddSingleton<RequestEnding>();
        services.AddSingleton<Verifications>();
        services.AddSingleton<ClaimReader>();
        services.AddSingleton<ScratchKeys>();
        services.AddSingleton<ClosureFinder>();
        services.AddSingleton<ClaimResolver>();
        services.AddSingleton<ErasurePlanner>();
        services.AddSingleton<IKeptPeople, KeptPeople>();
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
        services.AddSingleton<DemandSecrets>();
        services.AddSingleton<DemandReader>();
        services.AddSingleton<IObjectionRules, ObjectionRules>();
        services.AddSingleton<RequestPlanner>();
        services.AddSingleton<ExportReveal>();
        services.AddSingleton<RowOpener>();
        services.AddSingleton<ExportExpiry>();
        services.AddSingleton<IFulfilment, ExportFulfilment>();
        services.AddSingleton<IFulfilment, LimitFulfilment>();
        services.AddSingleton<Corrections>();
        services.AddSingleton<CorrectedValues>();
        services.AddSingleton<VaultCorrections>();
        services.AddSingleton<IFulfilment, RectifyFulfilment>();
        services.AddSingleton<FulfilStart>();
        services.AddSingleton<FulfilEnd>();
        services.AddSingleton<FulfilExecutor>();
        services.AddSingleton<FulfilSignal>();
        services.AddSingleton<FulfilWorker>();
        return services;
    }
}
