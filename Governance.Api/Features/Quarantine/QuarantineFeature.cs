using Governance.Masking.Kafka;

namespace Governance.Api.Features.Quarantine;

internal static class QuarantineFeature
{
    public static void AddQuarantineFeature(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<IQuarantine, StoredQuarantine>();
}
