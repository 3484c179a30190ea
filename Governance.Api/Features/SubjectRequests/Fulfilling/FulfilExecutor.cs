using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Fulfilling;

/// <summary>
/// Carries one approved request, other than an erasure, as far as it goes. Each step begins from what is stored, so that it can be cut
/// off anywhere and run again.
/// </summary>
internal sealed class FulfilExecutor(
    SubjectRequestStore requests,
    FulfilStart start,
    FulfilEnd end,
    IEnumerable<IFulfilment> kinds,
    IWarehouse warehouse,
    IFaultPoints points
)
{
    /// <summary>Runs until the request has ended, or waits for a person.</summary>
    public async Task RunAsync(Guid requestId, CancellationToken cancellationToken)
    {
        while (await StepAsync(await requests.GetAsync(requestId, cancellationToken), cancellationToken)) { }
    }

    private async Task<bool> StepAsync(SubjectRequest request, CancellationToken cancellationToken)
    {
        switch (request.State)
        {
            case RequestState.Queued or RequestState.Executing:
                return await CarryOutAsync(request, cancellationToken);

            case RequestState.Verifying:
                if (await KindOf(request).VerifyAsync(request.Id, cancellationToken))
                {
                    points.Reached(FulfilSteps.Verified);
                    await end.CompleteAsync(request.Id, cancellationToken);
                }

                return true;

            case var over when over.IsFinal() && NeedsNoKeys(request):
                await end.DropKeysAsync(request, cancellationToken);
                return false;

            default:
                return false;
        }
    }

    // One lease: nothing lands between what was found and what is done about it.
    private async Task<bool> CarryOutAsync(SubjectRequest request, CancellationToken cancellationToken)
    {
        await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
        points.Reached(FulfilSteps.GateEntered);
        if (request.State is RequestState.Queued && !await start.RunAsync(request, cancellationToken))
        {
            return false;
        }

        await KindOf(request).ExecuteAsync(request.Id, cancellationToken);
        points.Reached(FulfilSteps.Carried);
        return true;
    }

    private IFulfilment KindOf(SubjectRequest request) => kinds.Single(kind => kind.IsFor(request.Type));

    // A limit lives by its keys until it is lifted.
    private static bool NeedsNoKeys(SubjectRequest request) =>
        request.HasKeySets && request.Limit is null or { LiftedAt: not null };
}
