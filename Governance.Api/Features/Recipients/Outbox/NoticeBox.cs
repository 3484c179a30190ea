using System.Buffers;
using System.Text;
using System.Text.Json;
using Governance.Api.Features.SubjectRequests;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Recipients.Outbox;

/// <summary>The outbox: filled with what it tells of, read by the request's view.</summary>
internal sealed class NoticeBox(
    IStateStore state,
    NoticeSignal signal,
    TimeProvider time,
    IOptions<RecipientsOptions> options
) : IRecipientNotices, INotifiedRecipients
{
    public const string WebhookKind = "webhook";
    public const string TopicKind = "kafka";

    public async Task<int> AddAsync(StateDbContext db, RecipientNotice notice, CancellationToken cancellationToken)
    {
        var recipients = options
            .Value.Webhooks.Select(one => (one.Name, Kind: WebhookKind))
            .Concat(options.Value.Topics.Select(one => (one.Name, Kind: TopicKind)))
            .ToArray();
        var body = Body(notice, time.GetUtcNow());
        foreach (var (name, kind) in recipients)
        {
            await AddOneAsync(
                db,
                new AddressedNotice(notice.RequestId, notice.Act, kind, name, "", body),
                cancellationToken
            );
        }

        return recipients.Length;
    }

    public async Task AddOneAsync(StateDbContext db, AddressedNotice notice, CancellationToken cancellationToken)
    {
        var isThere = await db.Set<Notice>()
            .AnyAsync(
                one =>
                    one.RequestId == notice.RequestId
                    && one.Act == notice.Act
                    && one.Recipient == notice.Recipient
                    && one.Target == notice.Target,
                cancellationToken
            );
        if (isThere)
        {
            return;
        }

        var now = time.GetUtcNow();
        db.Add(
            new Notice
            {
                Id = Guid.CreateVersion7(now),
                RequestId = notice.RequestId,
                Act = notice.Act,
                Recipient = notice.Recipient,
                Kind = notice.Kind,
                Target = notice.Target,
                Body = notice.Body,
                CreatedAt = now,
                TriedSince = now,
                StateAt = now,
                NextAt = now,
            }
        );
        db.AfterCommit(signal.Set);
    }

    public Task<IReadOnlyList<NotifiedRecipient>> OfAsync(Guid requestId, CancellationToken cancellationToken) =>
        state.ReadAsync<IReadOnlyList<NotifiedRecipient>>(
            async db =>
            {
                var notices = await db.Set<Notice>()
                    .Where(one => one.RequestId == requestId)
                    .OrderBy(one => one.CreatedAt)
                    .ThenBy(one => one.Recipient)
                    .ToListAsync(cancellationToken);
                return
                [
                    .. notices.Select(one => new NotifiedRecipient(
                        one.Recipient,
                        one.Kind,
                        one.Id,
                        Name(one.State),
                        one.StateAt,
                        one.Attempts,
                        one.Code,
                        one.NextAt
                    )),
                ];
            },
            cancellationToken
        );

    /// <summary>The state's name.</summary>
    public static string Name(NoticeState state) =>
        state switch
        {
            NoticeState.Pending => "pending",
            NoticeState.Delivered => "delivered",
            NoticeState.Acknowledged => "acknowledged",
            _ => "failed",
        };

    // As Standard Webhooks advises: type, timestamp, data. The same text at every try, for it is what is signed.
    private static string Body(RecipientNotice notice, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", $"subject_request.{notice.Act}");
            json.WriteString("timestamp", now);
            json.WriteStartObject("data");
            json.WriteString("request", notice.RequestId);
            json.WriteString("request_type", notice.Type);
            json.WriteString("subject", notice.Subject);
            json.WriteString("state", notice.State);
            json.WriteStartArray("identifiers");
            foreach (
                var identifier in notice
                    .Identifiers.OrderBy(one => one.Domain, StringComparer.Ordinal)
                    .ThenBy(one => one.Surrogate)
            )
            {
                json.WriteStartObject();
                json.WriteString("domain", identifier.Domain);
                json.WriteString("surrogate", identifier.Surrogate);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
