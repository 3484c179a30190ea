using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Storage;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>The items of a batch, table by table: of many people's thousands of items only those of one table are read for its statement.</summary>
internal static class BatchItems
{
    /// <summary>Items whose statement has not run.</summary>
    public static IQueryable<RequestItem> Pending(StateDbContext db, Guid batchId) =>
        db.Set<SubjectRequest>()
            .Where(request => request.BatchId == batchId && request.State == RequestState.Executing)
            .SelectMany(request => request.Items)
            .Where(item =>
                (item.Action == ItemAction.Delete || item.Action == ItemAction.Clear)
                && item.RowsAfter == null
                && (
                    item.Verdict == ItemVerdict.Pending
                    || item.Verdict == ItemVerdict.FailedRetryable
                    || item.Verdict == ItemVerdict.BlockedUntil
                )
            );

    /// <summary>Those of one statement.</summary>
    public static IQueryable<RequestItem> Of(StateDbContext db, Guid batchId, StatementToRun statement) =>
        Pending(db, batchId)
            .Where(item => item.Dataset == statement.Dataset && item.Round == statement.Round)
            .OrderBy(item => item.RequestId);
}

/// <summary>One statement of a batch.</summary>
/// <param name="Dataset">The table.</param>
/// <param name="Round">Which run it is: a second one follows where rows were found afterwards.</param>
internal sealed record StatementToRun(string Dataset, int Round);
