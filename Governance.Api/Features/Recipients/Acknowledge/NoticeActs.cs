using Governance.Api.Features.Ledger;
using Governance.Api.Features.Recipients.Outbox;
using Governance.Api.Http;
using Governance.Api.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Recipients.Acknowledge;

/// <summary>A recipient has done its part. Saying it again changes nothing.</summary>
internal sealed record AcknowledgeCommand(string Recipient, Guid Id, string Actor) : IRequest<Result>;

/// <summary>Sends a notice anew that was given up.</summary>
internal sealed record RetryCommand(string Recipient, Guid Id, string Actor) : IRequest<Result>;

internal sealed class NoticeActsHandler(IStateStore state, ILedger ledger, NoticeSignal signal, TimeProvider time)
    : IRequestHandler<AcknowledgeCommand, Result>,
        IRequestHandler<RetryCommand, Result>
{
    private static readonly Failure Unknown = Failure.NotFound(
        "unknown_notification",
        "This recipient has no notification with this id.",
        "The subject request lists its recipients with the ids of their notifications."
    );

    public Task<Result> Handle(AcknowledgeCommand request, CancellationToken cancellationToken) =>
        ChangeAsync(
            request.Recipient,
            request.Id,
            async (db, notice) =>
            {
                if (notice.State is NoticeState.Acknowledged)
                {
                    return Result.Ok;
                }

                notice.Move(NoticeState.Acknowledged, time.GetUtcNow());
                await RecordAsync(db, notice, request.Actor, "acknowledged", cancellationToken);
                return Result.Ok;
            },
            cancellationToken
        );

    public Task<Result> Handle(RetryCommand request, CancellationToken cancellationToken) =>
        ChangeAsync(
            request.Recipient,
            request.Id,
            async (db, notice) =>
            {
                if (notice is not { State: NoticeState.Failed, Body: not null })
                {
                    return Failure.Conflict(
                        "not_possible_now",
                        $"'retry' is not possible while the notification is '{NoticeBox.Name(notice.State)}': it is for one that was not received and is given up.",
                        "Read the subject request for how its recipients stand."
                    );
                }

                var now = time.GetUtcNow();
                notice.TriedSince = now;
                notice.Attempts = 0;
                notice.Move(NoticeState.Pending, now, next: now);
                await RecordAsync(db, notice, request.Actor, "retried", cancellationToken);
                db.AfterCommit(signal.Set);
                return Result.Ok;
            },
            cancellationToken
        );

    private Task<Result> ChangeAsync(
        string recipient,
        Guid id,
        Func<StateDbContext, Notice, Task<Result>> change,
        CancellationToken cancellationToken
    ) =>
        state.WriteAsync(
            async db =>
                await db.Set<Notice>()
                    .SingleOrDefaultAsync(one => one.Id == id && one.Recipient == recipient, cancellationToken)
                    is { } notice
                    ? await change(db, notice)
                    : Unknown,
            cancellationToken
        );

    private Task<LedgerAnchor> RecordAsync(
        StateDbContext db,
        Notice notice,
        string actor,
        string act,
        CancellationToken cancellationToken
    ) =>
        ledger.AppendAsync(
            db,
            new LedgerFact(
                actor,
                $"recipient.{act}",
                $"subject-request/{notice.RequestId}",
                new LedgerDetails { { "notification", notice.Id.ToString() }, { "recipient", notice.Recipient } }
            ),
            cancellationToken
        );
}
