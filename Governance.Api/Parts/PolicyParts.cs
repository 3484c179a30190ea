using Governance.Api.Configuration;
using Governance.Api.Features.Policies;
using Governance.Policies.Decisions;
using Governance.Policies.Opa;
using Governance.Policies.Rego;
using Microsoft.Extensions.Options;

namespace Governance.Api.Parts;

/// <summary>Who decides: a policy server where its settings are there, else the embedded evaluator; by the same policies.</summary>
internal static class PolicyParts
{
    public static void AddPolicies(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddFeatureOptions<PoliciesOptions>(PoliciesOptions.SectionName);
        services.AddSingleton(provider => new PolicyStore(
            provider.GetRequiredService<IOptions<PoliciesOptions>>().Value.Folder is { Length: > 0 } folder
                ? folder
                : Path.Combine(AppContext.BaseDirectory, "policies")
        ));
        services.AddSingleton<IPolicySnapshots>(provider => provider.GetRequiredService<PolicyStore>());

        // One setting of the section is enough: a half-configured server is told what it lacks, and never becomes the evaluator.
        if (builder.Configuration.GetSection(OpaOptions.SectionName).Exists())
        {
            services.AddFeatureOptions<OpaOptions>(OpaOptions.SectionName);
            services.AddSingleton<IPolicyDecisionPoint>(provider => new OpaDecisionPoint(
                provider.GetRequiredService<IOptions<OpaOptions>>().Value,
                provider.GetRequiredService<IPolicySnapshots>(),
                provider.GetRequiredService<TimeProvider>()
            ));
            services.AddStartupNote<IOptions<OpaOptions>>("policy", options => $"{options.Value.Url} (OPA)");
        }
        else
        {
            services.AddSingleton<IPolicyDecisionPoint>(provider => new EmbeddedDecisionPoint(
                provider.GetRequiredService<IPolicySnapshots>(),
                new EvaluationLimits
                {
                    Time = provider.GetRequiredService<IOptions<PoliciesOptions>>().Value.DecisionTime,
                },
                provider.GetRequiredService<TimeProvider>()
            ));
            services.AddStartupNote<PolicyStore>("policy", store => $"{store.Folder} (embedded)");
        }
    }
}
