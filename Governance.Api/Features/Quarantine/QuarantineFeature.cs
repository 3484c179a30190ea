using Governance.Api.Configuration;
using Governance.Api.Features.Quarantine.Count;
using Governance.Api.Features.Quarantine.Destroy;
using Governance.Api.Features.Quarantine.Replay;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;

namespace Governance.Api.Features.Quarantine;

internal static class QuarantineFeature
{
    public static void AddQuarantineFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddFeatureOptions<QuarantineOptions>(QuarantineOptions.SectionName);
        builder.Services.AddSingleton<IQuarantine, StoredQuarantine>();
        builder.Services.AddSingleton<QuarantineClock>();
        builder.Services.AddSingleton<QuarantineDestruction>();
        builder.AddWorker<QuarantineWorker>(ServiceRole.Scheduler);
        builder.AddWorker<QuarantineCounts>(ServiceRole.Scheduler);
        builder.Services.AddSingleton<IKeyUse, QuarantineKeys>();
    }

    public static void MapQuarantineFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapCountQuarantine();
        endpoints.MapReplayQuarantine();
    }
}
