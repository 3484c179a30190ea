using Governance.Api.Configuration;
using Governance.Masking.Kafka;

namespace Governance.Api.Features.Suppression;

internal static class SuppressionFeature
{
    public static void AddSuppressionFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ISuppressions, StoredSuppressions>();
        builder.Services.AddSingleton<ISuppressionList>(provider => provider.GetRequiredService<ISuppressions>());
        builder.Services.AddStartupStep<ISuppressions>((list, cancellationToken) => list.LoadAsync(cancellationToken));
    }
}
