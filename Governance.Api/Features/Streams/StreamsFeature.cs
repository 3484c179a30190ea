using Governance.Api.Configuration;
using Governance.Api.Features.Streams.Hygiene;
using Governance.Api.Features.Streams.List;
using Governance.Api.Features.Streams.Pause;
using Governance.Api.Features.Streams.Resume;
using Governance.Api.Features.Streams.States;
using Governance.Masking.Kafka;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Streams;

internal static class StreamsFeature
{
    public static void AddStreamsFeature(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddFeatureOptions<InterceptorOptions>(InterceptorOptions.SectionName);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<InterceptorOptions>>().Value);
        services.AddSingleton<StreamStatistics>();
        services.AddSingleton<StreamMetrics>();
        services.AddSingleton<PlanCache>();
        services.AddSingleton<BatchMasker>();
        services.AddSingleton<EventLander>();
        services.AddSingleton<MaskedSubjects>();
        services.AddSingleton<MessageMasker>();
        services.AddSingleton<MaskedProducers>();
        services.AddSingleton<TopicDelivery>();
        services.AddSingleton<StoredStreamStates>();
        services.AddSingleton<IStreamStates>(provider => provider.GetRequiredService<StoredStreamStates>());
        services.AddSingleton<Interceptor>();
        services.AddSingleton<ITopicConfigs, KafkaTopicConfigs>();
        services.AddSingleton<TopicHygiene>();
        services.AddSingleton<ReturningPeople>();
        builder.AddWorker<InterceptorService>(ServiceRole.Stream);
        builder.AddWorker<HygieneWatch>(ServiceRole.Scheduler);
    }

    public static void MapStreamsFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapListStreams();
        endpoints.MapReadFindings();
        endpoints.MapPauseStream();
        endpoints.MapResumeStream();
    }
}
