using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Storage;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// Takes requests out of a batch into one of their own, with their keys, because a table is held for some and not for others. What is to
/// move is written down first, so that a move that was cut off is finished before anything else is done with the batch.
/// </summary>
internal sealed class BatchSplits(SubjectRequestStore requests, IWarehouse warehouse, ErasureSignal signal)
{
    /// <summary>Notes a move, within the caller's write. The request that leads the batch stays, since the batch has its name.</summary>
    public static async Task NoteAsync(
        StateDbContext db,
        Guid batchId,
        IReadOnlyList<Guid> some,
        IReadOnlyList<Guid> others,
        CancellationToken cancellationToken
    )
    {
        var moving = some.Contains(batchId) ? others : some;
        foreach (
            var request in await db.Set<SubjectRequest>()
                .Where(request => moving.Contains(request.Id))
                .ToListAsync(cancellationToken)
        )
        {
            request.NextBatchId = moving[0];
            request.Touch();
        }
    }

    /// <summary>Finishes a noted move.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> FinishAsync(
        Guid batchId,
        IReadOnlyCollection<SubjectRequest> batch,
        CancellationToken cancellationToken
    )
    {
        SubjectRequest[] moving = [.. batch.Where(request => request.NextBatchId is not null)];
        if (moving.Length == 0)
        {
            return false;
        }

        var next = moving[0].NextBatchId!.Value;
        Guid[] owners = [.. moving.Select(request => request.Id)];
        await MoveAsync(RequestKeySets.Owned(batchId), RequestKeySets.Owned(next), owners, cancellationToken);
        await MoveAsync(RequestKeySets.Shared(batchId), RequestKeySets.Shared(next), owners, cancellationToken);
        await requests.ChangeManyAsync(
            owners,
            (_, moved) =>
            {
                foreach (var request in moved)
                {
                    request.BatchId = next;
                    request.NextBatchId = null;
                    foreach (var item in request.Items.Where(item => item is { IsErased: true, HasOutcome: false }))
                    {
                        item.JobId = RequestKeySets.JobId(next, item.Dataset, item.Round);
                    }
                }

                return Task.FromResult(true);
            },
            cancellationToken
        );
        signal.Set();
        return true;
    }

    // Added there before they are removed here: at no moment is a key in neither.
    private async Task MoveAsync(
        string from,
        string to,
        IReadOnlyCollection<Guid> owners,
        CancellationToken cancellationToken
    )
    {
        var keys = await warehouse.ReadOwnedKeysAsync(from, cancellationToken);
        await warehouse.AddOwnedKeysAsync(to, [.. keys.Where(key => owners.Contains(key.Owner))], cancellationToken);
        await warehouse.RemoveKeysAsync(from, owners, cancellationToken);
    }
}
