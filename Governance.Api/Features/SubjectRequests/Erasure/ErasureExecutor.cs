using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// Carries one approved erasure as far as it goes. Each step begins from what is stored, so that it can be cut off anywhere
/// and run again: a step that has been done is found done.
/// </summary>
internal sealed class ErasureExecutor(
    SubjectRequestStore requests,
    ErasureStart start,
    ErasureStatements statements,
    ErasureVerification verification,
    ErasureEnd end,
    IWarehouse warehouse,
    IFaultPoints points
)
{
    /// <summary>Runs until the request has ended, waits for a person, or is to be tried again later.</summary>
    public async Task RunAsync(Guid requestId, CancellationToken cancellationToken)
    {
        while (await StepAsync(await requests.GetAsync(requestId, cancellationToken), cancellationToken)) { }
    }

    private async Task<bool> StepAsync(SubjectRequest request, CancellationToken cancellationToken)
    {
        switch (request.State)
        {
            case RequestState.Queued or RequestState.Executing:
                var ran = await EraseAsync(request, cancellationToken);
                points.Reached(ErasureSteps.GateLeft);
                return ran;

            case RequestState.Verifying:
                if (await verification.RunAsync(request.Id, cancellationToken))
                {
                    await end.CompleteAsync(request.Id, cancellationToken);
                }

                return true;

            case RequestState.Completed
            or RequestState.CompletedWithRetention when request.HasKeySets:
                await end.DropKeysAsync(request.Id, cancellationToken);
                return false;

            default:
                return false;
        }
    }

    // One lease from the closure through the last statement: nothing lands between what was found and what is erased.
    private async Task<bool> EraseAsync(SubjectRequest request, CancellationToken cancellationToken)
    {
        await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
        points.Reached(ErasureSteps.GateEntered);
        if (request.State is RequestState.Queued && !await start.RunAsync(request, cancellationToken))
        {
            return false;
        }

        var all = await statements.RunAsync(request.Id, cancellationToken);
        points.Reached(ErasureSteps.AllRan);
        return all;
    }
}
