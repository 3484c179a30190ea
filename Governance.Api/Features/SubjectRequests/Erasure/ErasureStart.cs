using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Features.Suppression;
using Governance.Masking;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// The first step, inside the write gate: finds the closure anew, keeps it in the warehouse, and suppresses the person. From
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
    /// <summary>Starts a queued request.</summary>
    /// <returns><see langword="false"/> where it went back to a person, because the world moved since the approval.</returns>
    public async Task<bool> RunAsync(SubjectRequest request, CancellationToken cancellationToken)
    {
        IdentifierKey[] claims = [.. request.Claims.Select(claim => claim.Key)];
        var planning = await planner.PlanAsync(request.Id, request.Subject, claims, cancellationToken);
        if (planning.Plan is not { } plan)
        {
            await requests.ChangeAsync(
                request.Id,
                async (db, current) =>
                {
                    var code = planning.Code ?? Resolution.ClaimsDisagreeCode;
                    await plans.AskAgainAsync(
                        db,
                        current,
                        code,
                        planning.People,
                        RequestKeySets.Worker,
                        cancellationToken
                    );
                    return false;
                },
                cancellationToken
            );
            return false;
        }

        if (plan.Hash != request.PlanHash || plan.Unreached.Count > 0)
        {
            await requests.ChangeAsync(
                request.Id,
                async (db, current) =>
                {
                    const string why = "contracts changed after the approval";
                    await plans.KeepAsync(db, current, plan, RequestKeySets.Worker, why, cancellationToken);
                    return false;
                },
                cancellationToken
            );
            return false;
        }

        points.Reached(ErasureSteps.ClosureFound);
        await KeepKeysAsync(RequestKeySets.Owned(request.Id), plan.Owned, cancellationToken);
        points.Reached(ErasureSteps.KeysKept);
        await KeepKeysAsync(RequestKeySets.Shared(request.Id), plan.Shared, cancellationToken);
        points.Reached(ErasureSteps.SharedKeysKept);
        await SuppressAsync(request.Id, plan, claims, cancellationToken);
        points.Reached(ErasureSteps.Suppressed);
        return true;
    }

    // An earlier start that was killed may have left keys of another closure.
    private async Task KeepKeysAsync(
        string keySet,
        IReadOnlySet<LinkedIdentifier> keys,
        CancellationToken cancellationToken
    )
    {
        await warehouse.DropKeysAsync(keySet, cancellationToken);
        await warehouse.AddKeysAsync(keySet, [.. keys], cancellationToken);
    }

    private async Task SuppressAsync(
        Guid requestId,
        ErasurePlan plan,
        IdentifierKey[] claims,
        CancellationToken cancellationToken
    )
    {
        // Claims, too, that nobody has heard of yet: their events may be on the way. Never what others share.
        var owned = await identifiers.FindBySurrogateAsync(
            [.. plan.Owned.Select(identifier => identifier.Surrogate)],
            cancellationToken
        );
        IdentifierKey[] keys =
        [
            .. owned.Values.Concat(claims.Where(claim => plan.Scope.Domains.Contains(claim.Domain))).Distinct(),
        ];
        await requests.ChangeAsync(
            requestId,
            async (db, request) =>
            {
                await suppressions.AddAsync(db, keys, requestId.ToString(), cancellationToken);
                request.Suppressions = keys.Length;
                request.HasKeySets = true;
                request.ExecutingSince = time.GetUtcNow();
                foreach (var item in request.Items)
                {
                    var now = plan.Items.Single(planned => planned.Dataset == item.Dataset);
                    item.JobId = item.IsErased
                        ? RequestKeySets.JobId(requestId, plan.Hash, item.Dataset, item.Round)
                        : null;
                    item.Matched = item.IsErased ? null : now.EstimatedRows;
                }

                request.Move(RequestState.Executing, RequestKeySets.Worker, time.GetUtcNow());
                await requests.RecordAsync(
                    db,
                    request,
                    RequestKeySets.Worker,
                    "executing",
                    new LedgerDetails { { "plan", plan.Hash }, { "suppressions", keys.Length } },
                    cancellationToken
                );
                return true;
            },
            cancellationToken
        );
    }
}
