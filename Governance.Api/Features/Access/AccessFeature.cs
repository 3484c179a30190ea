using Governance.Api.Configuration;
using Governance.Api.Features.Access.Ask;
using Governance.Api.Features.Access.Decide;
using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Follow;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Issuing;
using Governance.Api.Features.Access.Preview;
using Governance.Api.Features.Access.ReadGrants;
using Governance.Api.Features.Access.ReadRequests;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Features.Access.Simulate;
using Governance.Api.Features.Query;
using Governance.Api.Features.Revealing;
using Governance.Api.Features.SubjectRequests;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Api.Features.Access;

/// <summary>Access: asked for, decided by the policies, approved by owners, carried out in the warehouse by a worker, and ended on time.</summary>
internal static class AccessFeature
{
    public static void AddAccessFeature(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddFeatureOptions<AccessOptions>(AccessOptions.SectionName);
        services.AddSingleton<AccessDecider>();
        services.AddSingleton<AccessRequestStore>();
        services.AddSingleton<BreakGlassAlarm>();
        services.AddSingleton<DatasetReconciler>();
        services.AddSingleton<GrantFindings>();
        services.AddSingleton<GrantGiving>();
        services.AddSingleton<GrantMembers>();
        services.AddSingleton<GrantObservations>();
        services.AddSingleton<GrantReading>();
        services.AddSingleton<GrantReviser>();
        services.AddSingleton<GrantRevisions>();
        services.AddSingleton<GrantSignal>();
        services.AddSingleton<GrantStore>();
        services.AddSingleton<SimulatedGrants>();
        services.TryAddSingleton<IRowExclusions, NoRowExclusions>();
        services.AddSingleton<IIssuedViews, IssuedViewsOfGrants>();
        services.AddSingleton<IDataUses, UsesOfGrants>();
        services.AddSingleton<IGrantedViews, GrantedViewsOfPeople>();
        services.AddSingleton<IRevealGrants, RevealGrantsOfPeople>();
        builder.AddWorker<GrantWorker>(ServiceRole.Scheduler);
        builder.AddFollowing();
    }

    public static void MapAccessFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapAsk();
        endpoints.MapPreview();
        endpoints.MapRequests();
        endpoints.MapGrants();
        endpoints.MapSimulate();
    }
}
