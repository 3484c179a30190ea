using Governance.Api.Configuration;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// Carries one batch of approved erasures as far as it goes. Each step begins from what is stored, so that it can be cut off anywhere
/// and run again: a step that has been done is found done.
/// </summary>
internal sealed class ErasureExecutor(
    SubjectRequestStore requests,
    ErasureStart start,
    ErasureStatements statements,
    BatchSplits splits,
    ErasureVerification verification,
    ErasureEnd end,
    IWarehouse warehouse,
    IFaultPoints points
)
{
    /// <summary>Runs until the batch has ended, waits for a person, or is to be tried again later.</summary>
    public async Task RunAsync(Guid batchId, CancellationToken cancellationToken)
    {
        while (await StepAsync(batchId, await requests.ReadBatchAsync(batchId, cancellationToken), cancellationToken))
        { }
    }

    private async Task<bool> StepAsync(
        Guid batchId,
        IReadOnlyList<SubjectRequest> batch,
        CancellationToken cancellationToken
    )
    {
        if (batch.Any(request => request.State is RequestState.Queued or RequestState.Executing))
        {
            var ran = await EraseAsync(batchId, batch, cancellationToken);
            points.Reached(ErasureSteps.GateLeft);
            return ran;
        }

        if (batch.Any(request => request.State is RequestState.Verifying))
        {
            await end.CompleteAsync(
                batchId,
                await verification.RunAsync(batchId, cancellationToken),
                cancellationToken
            );
            return true;
        }

        if (batch.Any(request => request is { HasKeySets: true, State: not RequestState.PartiallyFailed }))
        {
            await end.DropKeysAsync(batchId, batch, cancellationToken);
        }

        return false;
    }

    // One lease from the closures through the last statement: nothing lands between what was found and what is erased.
    private async Task<bool> EraseAsync(
        Guid batchId,
        IReadOnlyList<SubjectRequest> batch,
        CancellationToken cancellationToken
    )
    {
        await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
        points.Reached(ErasureSteps.GateEntered);
        if (await splits.FinishAsync(batchId, batch, cancellationToken))
        {
            return true;
        }

        SubjectRequest[] queued = [.. batch.Where(request => request.State is RequestState.Queued)];
        if (
            queued.Length > 0
            && !await start.RunAsync(batchId, queued, cancellationToken)
            && queued.Length == batch.Count
        )
        {
            return false;
        }

        var all = await statements.RunAsync(batchId, cancellationToken);
        points.Reached(ErasureSteps.AllRan);
        return all;
    }
}
