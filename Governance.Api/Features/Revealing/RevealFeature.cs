using Governance.Api.Configuration;
using Governance.Api.Features.Revealing.RevealValues;

namespace Governance.Api.Features.Revealing;

/// <summary>Plain values, one by one, for whom the policies let see them.</summary>
internal static class RevealFeature
{
    public static void AddRevealFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddFeatureOptions<RevealOptions>(RevealOptions.SectionName);
        builder.Services.AddSingleton<RevealLimiter>();
        builder.Services.AddSingleton<RevealLedger>();
    }

    public static void MapRevealFeature(this IEndpointRouteBuilder endpoints) => endpoints.MapRevealValues();
}
