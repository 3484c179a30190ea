using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;

namespace Governance.Api.Features.SubjectRequests.Verify;

/// <summary>Puts a verification and its plan on a request, unless somebody was faster.</summary>
internal sealed class Verifications(SubjectRequestStore requests, PlanKeeping plans, TimeProvider time)
{
    /// <summary>Keeps it.</summary>
    /// <param name="before">The request as it was when its plan was made.</param>
    /// <param name="person">Who it is.</param>
    /// <param name="planning">The plan, or why there is none.</param>
    /// <param name="actor">Who verified them.</param>
    /// <param name="reason">How.</param>
    /// <param name="cancellationToken">Stops before anything is changed.</param>
    public Task<Result> KeepAsync(
        SubjectRequest before,
        Person person,
        Planning planning,
        string actor,
        string? reason,
        CancellationToken cancellationToken
    ) =>
        requests.ChangeAsync<Result>(
            before.Id,
            async (db, current) =>
            {
                if (!RequestActs.PossibleIn(current.State).Contains(RequestAct.Verify))
                {
                    return SubjectRequestFailures.NotPossible(RequestAct.Verify, current.State);
                }

                if (current.Version != before.Version)
                {
                    return SubjectRequestFailures.ChangedMeanwhile;
                }

                if (planning.Plan is not { } plan)
                {
                    var code = planning.Code!;
                    await plans.AskAgainAsync(db, current, code, planning.People, actor, cancellationToken);
                    return SubjectRequestFailures.AskAgain(code, planning.People);
                }

                current.AcceptedPeople = person.MostIdentities;
                current.Move(RequestState.Verified, actor, time.GetUtcNow(), reason);
                await requests.RecordAsync(
                    db,
                    current,
                    actor,
                    "verified",
                    new LedgerDetails { { "same_person", person.MostIdentities } },
                    cancellationToken
                );
                await plans.KeepAsync(db, current, plan, actor, "identity verified", cancellationToken);
                return Result.Ok;
            },
            cancellationToken
        );
}
