using Governance.Api.Configuration;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Features.Suppression;
using Governance.Masking;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// The first step, inside the write gate: finds the closures anew, keeps them in the warehouse, and suppresses the people. From
/// then on no event of theirs lands, and what is erased cannot grow.
/// </summary>
internal sealed class ErasureStart(
    SubjectRequestStore requests,
    PlanKeeping plans,
    ErasurePlanner planner,
    IWarehouse warehouse,
    Identifiers identifiers,
    ISuppressions suppressions,
    IFaultPoints points,
    TimeProvider time
)
{
    /// <summary>Starts the queued requests of a batch.</summary>
    /// <returns><see langword="false"/> where none started: they went back to a person, or wait, because the world moved since the approval.</returns>
    public async Task<bool> RunAsync(
        Guid batchId,
        IReadOnlyList<SubjectRequest> queued,
        CancellationToken cancellationToken
    )
    {
        var plannings = await planner.PlanAsync(
            queued[0].Subject,
            [.. queued.Select(Person.Of)],
            isEstimated: false,
            cancellationToken
        );
        var starting = new Dictionary<Guid, ErasurePlan>();
        var taken = new HashSet<LinkedIdentifier>();
        foreach (var (request, planning) in queued.Zip(plannings))
        {
            if (!await IsAsApprovedAsync(request, planning, cancellationToken))
            {
                continue;
            }

            if (planning.Plan!.Owned.Any(taken.Contains))
            {
                // The same person twice: the second request looks again when the first is done, and finds nothing left.
                await requests.ChangeAsync(request.Id, LeaveBatch, cancellationToken);
                continue;
            }

            taken.UnionWith(planning.Plan.Owned);
            starting.Add(request.Id, planning.Plan);
        }

        if (starting.Count == 0)
        {
            return false;
        }

        points.Reached(ErasureSteps.ClosureFound);
        await KeepKeysAsync(RequestKeySets.Owned(batchId), starting, plan => plan.Owned, cancellationToken);
        points.Reached(ErasureSteps.KeysKept);
        await KeepKeysAsync(RequestKeySets.Shared(batchId), starting, plan => plan.Shared, cancellationToken);
        points.Reached(ErasureSteps.SharedKeysKept);
        await SuppressAsync(batchId, starting, cancellationToken);
        points.Reached(ErasureSteps.Suppressed);
        return true;
    }

    private static void LeaveBatch(SubjectRequest request) => request.BatchId = null;

    // Else it goes back to a person: its claims point elsewhere now, or its plan is another.
    private async Task<bool> IsAsApprovedAsync(
        SubjectRequest request,
        Planning planning,
        CancellationToken cancellationToken
    )
    {
        if (planning.Plan is { } plan && plan.Hash == request.PlanHash && plan.Unreached.Count == 0)
        {
            return true;
        }

        return await requests.ChangeAsync(
            request.Id,
            async (db, current) =>
            {
                LeaveBatch(current);
                await plans.GoBackAsync(db, current, planning, RequestKeySets.Worker, cancellationToken);
                return false;
            },
            cancellationToken
        );
    }

    // An earlier start that was killed may have left keys of other closures.
    private async Task KeepKeysAsync(
        string keySet,
        Dictionary<Guid, ErasurePlan> starting,
        Func<ErasurePlan, IReadOnlySet<LinkedIdentifier>> keys,
        CancellationToken cancellationToken
    )
    {
        await warehouse.DropKeysAsync(keySet, cancellationToken);
        await warehouse.AddOwnedKeysAsync(
            keySet,
            [.. starting.SelectMany(one => keys(one.Value).Select(key => new OwnedKey(key, one.Key)))],
            cancellationToken
        );
    }

    private async Task SuppressAsync(
        Guid batchId,
        Dictionary<Guid, ErasurePlan> starting,
        CancellationToken cancellationToken
    )
    {
        var owned = await identifiers.FindBySurrogateAsync(
            [.. starting.Values.SelectMany(plan => plan.Owned).Select(identifier => identifier.Surrogate)],
            cancellationToken
        );
        await requests.ChangeManyAsync(
            [.. starting.Keys],
            async (db, batch) =>
            {
                foreach (var request in batch)
                {
                    var plan = starting[request.Id];

                    // Claims, too, that nobody has heard of yet: their events may be on the way. Never what others share.
                    IdentifierKey[] keys =
                    [
                        .. plan
                            .Owned.Where(identifier => owned.ContainsKey(identifier.Surrogate))
                            .Select(identifier => owned[identifier.Surrogate])
                            .Concat(
                                request
                                    .Claims.Select(claim => claim.Key)
                                    .Where(claim => plan.Scope.Domains.Contains(claim.Domain))
                            )
                            .Distinct(),
                    ];
                    await suppressions.AddAsync(db, keys, request.Id.ToString(), cancellationToken);
                    Start(request, plan, batchId, keys.Length);
                    await requests.RecordAsync(
                        db,
                        request,
                        RequestKeySets.Worker,
                        "executing",
                        new LedgerDetails
                        {
                            { "plan", plan.Hash },
                            { "batch", batchId.ToString() },
                            { "suppressions", keys.Length },
                        },
                        cancellationToken
                    );
                }

                return true;
            },
            cancellationToken
        );
    }

    private void Start(SubjectRequest request, ErasurePlan plan, Guid batchId, int suppressions)
    {
        request.Suppressions = suppressions;
        request.HasKeySets = true;
        request.ExecutingSince = time.GetUtcNow();
        foreach (var item in request.Items.Where(item => item.Action is not ItemAction.Waive))
        {
            var now = plan.Items.Single(planned => planned.Dataset == item.Dataset);
            item.JobId = item.IsErased ? RequestKeySets.JobId(batchId, item.Dataset, item.Round) : null;
            item.Matched = item.IsErased ? null : now.EstimatedRows;
        }

        request.Move(RequestState.Executing, RequestKeySets.Worker, time.GetUtcNow());
    }
}
