using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Verify;

/// <summary>The person is who they say: finds their identifiers, and makes the plan.</summary>
internal sealed record VerifyCommand(Guid Id, string Actor, string? Reason = null) : IRequest<Result>;

internal sealed class VerifyHandler(
    SubjectRequestStore requests,
    RequestPlanner planner,
    PlanKeeping plans,
    TimeProvider time
) : IRequestHandler<VerifyCommand, Result>
{
    public async Task<Result> Handle(VerifyCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is not { } before)
        {
            return SubjectRequestFailures.Unknown;
        }

        if (!RequestActs.PossibleIn(before.State).Contains(RequestAct.Verify))
        {
            return SubjectRequestFailures.NotPossible(RequestAct.Verify, before.State);
        }

        // Looking takes its time, so it is not done inside the write; the version tells whether somebody was faster.
        var planning = await planner.PlanAsync(before, cancellationToken);
        return await requests.ChangeAsync<Result>(
            request.Id,
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
                    await plans.AskAgainAsync(db, current, code, planning.People, request.Actor, cancellationToken);
                    return SubjectRequestFailures.AskAgain(code, planning.People);
                }

                current.Move(RequestState.Verified, request.Actor, time.GetUtcNow(), request.Reason);
                await requests.RecordAsync(
                    db,
                    current,
                    request.Actor,
                    "verified",
                    LedgerDetails.None,
                    cancellationToken
                );
                await plans.KeepAsync(db, current, plan, request.Actor, "identity verified", cancellationToken);
                return Result.Ok;
            },
            cancellationToken
        );
    }
}
