using Governance.Api.Features.Evidence.Export;

namespace Governance.Api.Features.Evidence;

/// <summary>What an auditor takes away (GDPR Art. 5(2)).</summary>
internal static class EvidenceFeature
{
    public static void AddEvidenceFeature(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<EvidenceArchive>();

    public static void MapEvidenceFeature(this IEndpointRouteBuilder endpoints) => endpoints.MapEvidence();
}
