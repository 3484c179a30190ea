using Governance.Api.Features.Recipients;
using Governance.Api.Features.Recipients.Acknowledge;
using Governance.Api.Features.Recipients.Outbox;
using Governance.Tests.Features.SubjectRequests.Erasure;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Recipients;

/// <summary>A world with recipients.</summary>
internal static class RecipientWorld
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public static Task<ErasureWorld> CreateAsync(
        Action<RecipientsOptions> configure,
        Action<IServiceCollection>? adjust = null
    ) =>
        ErasureWorld.CreateAsync(adjust: services =>
        {
            services.AddOptions<RecipientsOptions>().Configure(configure);
            services.AddRecipients();
            services.AddSingleton<NoticeActsHandler>();
            adjust?.Invoke(services);
        });

    public static Action<RecipientsOptions> Webhook(string url, bool awaits = false) =>
        options =>
            options.Webhooks.Add(
                new WebhookRecipient
                {
                    Name = "mailing-house",
                    Url = url,
                    Secret = Secret,
                    AwaitsAcknowledgement = awaits,
                }
            );

    public static Task SendAsync(this ErasureWorld world) => world.Get<NoticeWorker>().RunDueAsync(default);
}
