using System.Text;
using Confluent.Kafka;
using Governance.Api.Features.Recipients.Outbox;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Recipients.Topics;

/// <summary>Tells recipients that read a topic: a record for each notice, keyed by the request, received once the broker has it.</summary>
internal sealed class TopicSender(RecordWriter writer, IOptions<RecipientsOptions> options) : INoticeSender
{
    public string Kind => NoticeBox.TopicKind;

    public bool AwaitsAcknowledgement(string recipient) => Find(recipient)?.AwaitsAcknowledgement == true;

    public async Task<SendOutcome> SendAsync(OutgoingNotice notice, CancellationToken cancellationToken)
    {
        if (Find(notice.Recipient) is not { } recipient)
        {
            return new SendOutcome("not_configured", IsFinal: true);
        }

        await writer.WriteAsync(
            recipient.Topic,
            Encoding.UTF8.GetBytes(notice.RequestId.ToString()),
            Encoding.UTF8.GetBytes(notice.Body),
            new Headers { { Webhooks.WebhookSignature.IdHeader, Encoding.UTF8.GetBytes(notice.Id.ToString()) } },
            cancellationToken
        );
        return SendOutcome.Received;
    }

    private TopicRecipient? Find(string name) => options.Value.Topics.FirstOrDefault(one => one.Name == name);
}
