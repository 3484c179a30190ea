using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Fulfilling;

/// <summary>The first step, inside the write gate: finds the person anew, and keeps what is theirs in the warehouse.</summary>
internal sealed class FulfilStart(
    SubjectRequestStore requests,
    PlanKeeping plans,
    RequestPlanner planner,
    IWarehouse warehouse,
    IFaultPoints points,
    TimeProvider time
)
{
    /// <summary>The worker, as history and ledger name it.</summary>
    public const string Worker = "system:requests";

    /// <summary>Starts a queued request.</summary>
    /// <returns><see langword="false"/> where it went back to a person, because the world moved since the approval.</returns>
    public async Task<bool> RunAsync(SubjectRequest request, CancellationToken cancellationToken)
    {
        var planning = await planner.PlanAsync(request, Person.Of(request), cancellationToken);
        if (planning.Plan is not { } plan || plan.Hash != request.PlanHash || plan.Unreached.Count > 0)
        {
            await requests.ChangeAsync(
                request.Id,
                async (db, current) =>
                {
                    await plans.GoBackAsync(db, current, planning, Worker, cancellationToken);
                    return false;
                },
                cancellationToken
            );
            return false;
        }

        // An earlier start that was killed may have left keys of another closure.
        var keySet = RequestKeySets.Owned(request.Id);
        await warehouse.DropKeysAsync(keySet, cancellationToken);
        await warehouse.AddKeysAsync(keySet, [.. plan.Owned], cancellationToken);
        points.Reached(FulfilSteps.KeysKept);
        await requests.ChangeAsync(
            request.Id,
            async (db, current) =>
            {
                current.HasKeySets = true;
                current.ExecutingSince = time.GetUtcNow();
                current.Move(RequestState.Executing, Worker, time.GetUtcNow());
                await requests.RecordAsync(
                    db,
                    current,
                    Worker,
                    "executing",
                    new LedgerDetails { { "plan", plan.Hash } },
                    cancellationToken
                );
                return true;
            },
            cancellationToken
        );
        points.Reached(FulfilSteps.Started);
        return true;
    }
}
