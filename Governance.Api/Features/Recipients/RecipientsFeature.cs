using Governance.Api.Configuration;
using Governance.Api.Features.Recipients.Acknowledge;
using Governance.Api.Features.Recipients.Erasures;
using Governance.Api.Features.Recipients.Outbox;
using Governance.Api.Features.Recipients.Topics;
using Governance.Api.Features.Recipients.Webhooks;
using Governance.Api.Features.SubjectRequests;

namespace Governance.Api.Features.Recipients;

/// <summary>Recipients are told what has become of a person's data (GDPR Art. 19).</summary>
internal static class RecipientsFeature
{
    public static void AddRecipientsFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddFeatureOptions<RecipientsOptions>(RecipientsOptions.SectionName);
        builder.Services.AddRecipients();
        builder.Services.AddSingleton<RecordWriter>();
        builder.Services.AddSingleton<INoticeSender, TopicSender>();
        builder.Services.AddSingleton<IErasureAftermath, CompactedTopics>();
        builder.AddWorker<NoticeWorker>(ServiceRole.Scheduler);
    }

    public static void MapRecipientsFeature(this IEndpointRouteBuilder endpoints) => endpoints.MapNoticeActs();

    /// <summary>The outbox and the webhooks, without settings, broker and the running worker.</summary>
    internal static IServiceCollection AddRecipients(this IServiceCollection services)
    {
        services.AddSingleton<NoticeSignal>();
        services.AddSingleton<NoticeBox>();
        services.AddSingleton<IRecipientNotices>(provider => provider.GetRequiredService<NoticeBox>());
        services.AddSingleton<INotifiedRecipients>(provider => provider.GetRequiredService<NoticeBox>());
        services.AddSingleton<INoticeClient, NoticeClient>();
        services.AddSingleton<INoticeSender, WebhookSender>();
        services.AddSingleton<NoticeWorker>();
        services.AddSingleton<IErasureAftermath, ErasureNotices>();
        return services;
    }
}
