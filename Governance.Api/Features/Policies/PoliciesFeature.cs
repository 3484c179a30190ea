using Governance.Api.Configuration;
using Governance.Api.Features.Health;
using Governance.Api.Features.Policies.Bundle;
using Governance.Api.Features.Policies.GetPolicies;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Policies;

internal static class PoliciesFeature
{
    public static void AddPoliciesFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IHealthPart, PolicyHealth>();
        builder.Services.AddSingleton<BundleBytes>();
        builder.Services.AddHostedService<PolicyReloader>();
        builder.Services.AddStartupStep<PolicyStore>(
            (store, _) =>
            {
                PolicyStart.Load(store);
                return Task.CompletedTask;
            }
        );
    }

    public static void MapPoliciesFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapBundle();
        endpoints.MapGetPolicies();
    }
}
