using System.Globalization;
using System.Net;
using System.Text;
using Governance.Api.Features.Recipients.Outbox;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Recipients.Webhooks;

/// <summary>
/// Calls recipients over HTTPS. It goes to the address that the settings name and nowhere else: a redirection is not followed, no cookie is
/// kept, and nothing of the answer but its status is read.
/// </summary>
internal sealed class WebhookSender(INoticeClient client, TimeProvider time, IOptions<RecipientsOptions> options)
    : INoticeSender
{
    public string Kind => NoticeBox.WebhookKind;

    public bool AwaitsAcknowledgement(string recipient) => Find(recipient)?.AwaitsAcknowledgement == true;

    public async Task<SendOutcome> SendAsync(OutgoingNotice notice, CancellationToken cancellationToken)
    {
        if (Find(notice.Recipient) is not { Endpoint: { } address } recipient)
        {
            return new SendOutcome("not_configured", IsFinal: true);
        }

        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(notice.Body, Encoding.UTF8, "application/json"),
        };
        var id = notice.Id.ToString();
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(
            WebhookSignature.SignatureHeader,
            WebhookSignature.Sign(recipient.Key()!, id, timestamp, notice.Body)
        );
        return await client.SendAsync(request, cancellationToken);
    }

    private WebhookRecipient? Find(string name) => options.Value.Webhooks.FirstOrDefault(one => one.Name == name);
}

/// <summary>The one HTTP client of notices.</summary>
internal sealed class NoticeClient(TimeProvider time, IOptions<RecipientsOptions> options) : INoticeClient, IDisposable
{
    // Not of the factory, whose handlers may log addresses and follow redirections.
    private readonly HttpClient _client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends, and reads the status alone.</summary>
    public async Task<SendOutcome> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        return answer.IsSuccessStatusCode
            ? SendOutcome.Received
            // 410 Gone: Standard Webhooks lets a recipient say so that it wants no more.
            : new SendOutcome($"http_{(int)answer.StatusCode}", IsFinal: answer.StatusCode is HttpStatusCode.Gone);
    }

    public void Dispose() => _client.Dispose();
}
