using Governance.Api.Configuration;

namespace Governance.Api.Features.Keys;

/// <summary>Rotation of the tenant's keys.</summary>
internal static class KeysFeature
{
    public static void AddKeysFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddFeatureOptions<KeysOptions>(KeysOptions.SectionName);
        builder.Services.AddHostedService<KeysetReloader>();
    }
}
