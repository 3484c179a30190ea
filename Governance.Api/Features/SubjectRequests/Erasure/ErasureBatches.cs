using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// Approved requests in batches, so that a table sees one statement for all of them. A batch is nothing but the id that its requests
/// share: that of the one which leads it.
/// </summary>
internal sealed class ErasureBatches(IStateStore state, TimeProvider time, IOptions<SubjectRequestOptions> options)
{
    private static readonly RequestState[] s_working =
    [
        RequestState.Queued,
        RequestState.Executing,
        RequestState.Verifying,
    ];

    private static readonly RequestState[] s_complete = [RequestState.Completed, RequestState.CompletedWithRetention];

    /// <summary>
    /// Puts queued requests into batches, the oldest first: all of one kind of person that are due, once the oldest has waited for the
    /// window or a batch is full.
    /// </summary>
    public async Task FormAsync(CancellationToken cancellationToken)
    {
        // Asked at every look, and mostly for nothing: no write is taken for that.
        if (
            await state.ReadAsync(
                db => ForWorker(db).AnyAsync(request => request.BatchId == null, cancellationToken),
                cancellationToken
            )
        )
        {
            await FormNowAsync(cancellationToken);
        }
    }

    private Task FormNowAsync(CancellationToken cancellationToken) =>
        state.WriteAsync(
            async db =>
            {
                var now = time.GetUtcNow();
                var alone = await ForWorker(db)
                    .Where(request => request.BatchId == null)
                    .Where(request => request.NextAttemptAt == null || request.NextAttemptAt <= now)
                    .OrderBy(request => request.ApprovedAt)
                    .ThenBy(request => request.Id)
                    .ToListAsync(cancellationToken);

                // Those that an earlier version began are each a batch: their key sets are theirs alone.
                foreach (var begun in alone.Where(request => request.State is not RequestState.Queued))
                {
                    Join(begun, begun.Id);
                }

                foreach (
                    var kind in alone
                        .Where(request => request.State is RequestState.Queued)
                        .GroupBy(request => request.Subject, StringComparer.Ordinal)
                )
                {
                    foreach (var batch in kind.Chunk(options.Value.BatchSize).Where(batch => IsDue(batch, now)))
                    {
                        foreach (var request in batch)
                        {
                            Join(request, batch[0].Id);
                        }
                    }
                }
            },
            cancellationToken
        );

    /// <summary>The batches in which something is due, the oldest first.</summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await state.ReadAsync(
            db =>
                ForWorker(db)
                    .Where(request => request.BatchId != null)
                    .Where(request =>
                        request.IsHeld
                            ? request.NextAttemptAt != null && request.NextAttemptAt <= now
                            : request.NextAttemptAt == null || request.NextAttemptAt <= now
                    )
                    .GroupBy(request => request.BatchId!.Value)
                    .Select(batch => new { batch.Key, Since = batch.Min(request => request.ApprovedAt) })
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        return [.. due.OrderBy(batch => batch.Since).Select(batch => batch.Key)];
    }

    private bool IsDue(SubjectRequest[] batch, DateTimeOffset now) =>
        batch.Length >= options.Value.BatchSize || batch[0].ApprovedAt + options.Value.BatchWindow <= now;

    private static void Join(SubjectRequest request, Guid batchId)
    {
        request.BatchId = batchId;
        request.Touch();
    }

    private static IQueryable<SubjectRequest> ForWorker(StateDbContext db) =>
        db.Set<SubjectRequest>()
            .Where(request =>
                request.Type == RequestTypes.Erasure
                && (s_working.Contains(request.State) || (s_complete.Contains(request.State) && request.HasKeySets))
            );
}
