using Governance.Api.Configuration;
using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Governance.Masking;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Recipients.Outbox;

/// <summary>
/// Sends what is in the outbox, at least once: a process that stops between sending and writing it down sends the same notice again, by
/// the same id. A recipient that does not answer holds up no other.
/// </summary>
internal sealed partial class NoticeWorker(
    IStateStore state,
    ILedger ledger,
    ISharedLocks locks,
    IEnumerable<INoticeSender> senders,
    NoticeSignal signal,
    IFaultPoints points,
    TimeProvider time,
    IOptions<RecipientsOptions> options,
    ILogger<NoticeWorker> logger
) : Worker
{
    /// <summary>The worker, as the ledger names it.</summary>
    public const string Actor = "system:recipients";

    /// <summary>A notice was received, and nobody has written it down yet.</summary>
    public const string Sent = "recipients.sent";

    private const int Page = 200;
    private readonly Dictionary<string, INoticeSender> _senders = senders.ToDictionary(
        sender => sender.Kind,
        StringComparer.Ordinal
    );

    /// <summary>Sends everything that is due, each recipient's in their order, the recipients side by side.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await state.ReadAsync(
            db =>
                db.Set<Notice>()
                    .Where(one => one.NextAt != null && one.NextAt <= now)
                    .OrderBy(one => one.CreatedAt)
                    .Take(Page)
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        await Task.WhenAll(
            due.GroupBy(one => (one.Kind, one.Recipient, one.Target))
                .Select(group => DeliverAsync(group.Key.Recipient, [.. group], cancellationToken))
        );
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunDueAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogWorkerFailed(exception.GetType().Name);
            }

            await signal.WaitAsync(options.Value.PollInterval, time, stoppingToken);
        }
    }

    private async Task DeliverAsync(string recipient, List<Notice> notices, CancellationToken cancellationToken)
    {
        await using var claim = await locks.TryTakeAsync(
            $"recipients/{recipient}/{notices[0].Target}",
            cancellationToken
        );
        if (claim is null)
        {
            return;
        }

        foreach (var notice in notices)
        {
            var outcome = await TryAsync(notice, cancellationToken);
            points.Reached(Sent);
            var goesOn = await KeepAsync(notice.Id, outcome, cancellationToken);
            if (!goesOn)
            {
                // The others of this recipient would fare no better at this moment; their own time comes.
                return;
            }
        }
    }

    private async Task<SendOutcome?> TryAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (notice.State is not NoticeState.Pending)
        {
            // Received, and its acknowledgement is overdue.
            return null;
        }

        if (!_senders.TryGetValue(notice.Kind, out var sender))
        {
            return new SendOutcome("not_configured", IsFinal: true);
        }

        try
        {
            return await sender.SendAsync(
                new OutgoingNotice(notice.Id, notice.RequestId, notice.Recipient, notice.Target, notice.Body!),
                cancellationToken
            );
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(notice.Id, notice.Recipient, exception.GetType().Name);
            return new SendOutcome(exception is OperationCanceledException ? "timed_out" : "unreachable");
        }
    }

    private Task<bool> KeepAsync(Guid id, SendOutcome? outcome, CancellationToken cancellationToken) =>
        state.WriteAsync(
            async db =>
            {
                var notice = await db.Set<Notice>().SingleAsync(one => one.Id == id, cancellationToken);
                var now = time.GetUtcNow();
                var last = notice.TriedSince + options.Value.GiveUpAfter;
                if (outcome is null)
                {
                    // Somebody may have acknowledged it meanwhile.
                    if (notice.State is NoticeState.Delivered && notice.NextAt <= now)
                    {
                        notice.Move(NoticeState.Failed, now, code: "not_acknowledged");
                        await RecordAsync(db, notice, cancellationToken);
                    }

                    return true;
                }

                if (notice.State is not NoticeState.Pending)
                {
                    return true;
                }

                notice.Attempts++;
                if (outcome.Code is null)
                {
                    var awaits = _senders[notice.Kind].AwaitsAcknowledgement(notice.Recipient);
                    notice.Move(NoticeState.Delivered, now, awaits ? last : null);
                    await RecordAsync(db, notice, cancellationToken);
                    return true;
                }

                if (outcome.IsFinal || now >= last)
                {
                    notice.Move(NoticeState.Failed, now, code: outcome.Code);
                    await RecordAsync(db, notice, cancellationToken);
                    LogGivenUp(notice.Id, notice.Recipient, outcome.Code);
                    return false;
                }

                var next = now + RetryPause.After(notice.Attempts, options.Value.FirstPause);
                (notice.NextAt, notice.Code) = (next < last ? next : last, outcome.Code);
                return false;
            },
            cancellationToken
        );

    private Task<LedgerAnchor> RecordAsync(StateDbContext db, Notice notice, CancellationToken cancellationToken)
    {
        var details = new LedgerDetails
        {
            { "notification", notice.Id.ToString() },
            { "recipient", notice.Recipient },
            { "act", notice.Act },
            { "attempts", notice.Attempts },
        };
        if (notice.Code is { } code)
        {
            details.Add("code", code);
        }

        return ledger.AppendAsync(
            db,
            new LedgerFact(
                Actor,
                $"recipient.{NoticeBox.Name(notice.State)}",
                $"subject-request/{notice.RequestId}",
                details
            ),
            cancellationToken
        );
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The notice {Notification} for {Recipient} was not received: {Fault}. It is tried again."
    )]
    private partial void LogFailed(Guid notification, string recipient, string fault);

    [LoggerMessage(
        LogLevel.Error,
        "The notice {Notification} for {Recipient} is given up: {Code}. Its request lists it; once the cause is mended, a retry sends it."
    )]
    private partial void LogGivenUp(Guid notification, string recipient, string code);

    [LoggerMessage(LogLevel.Error, "The worker could not look for notices: {Fault}. It tries again.")]
    private partial void LogWorkerFailed(string fault);
}
