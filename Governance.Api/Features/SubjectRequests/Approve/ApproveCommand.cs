using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Approve;

/// <summary>Freezes the plan and hands it to the worker.</summary>
internal sealed record ApproveCommand(Guid Id, string Actor, string? Reason = null) : IRequest<Result>;

internal sealed class ApproveHandler(
    SubjectRequestStore requests,
    RequestPlanner planner,
    PlanKeeping plans,
    ErasureSignal signal,
    FulfilSignal others,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options
) : IRequestHandler<ApproveCommand, Result>
{
    public async Task<Result> Handle(ApproveCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is not { } before)
        {
            return SubjectRequestFailures.Unknown;
        }

        if (!RequestActs.PossibleIn(before.State).Contains(RequestAct.Approve))
        {
            return SubjectRequestFailures.NotPossible(RequestAct.Approve, before.State);
        }

        var answer =
            planner.CurrentHash(before) == before.PlanHash
                ? await FreezeAsync(request, before, cancellationToken)
                : await PlanAnewAsync(request, before, cancellationToken);
        signal.Set();
        others.Set();
        return answer;
    }

    private Task<Result> FreezeAsync(
        ApproveCommand request,
        SubjectRequest before,
        CancellationToken cancellationToken
    ) =>
        requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                if (Refusal(before, current) is { } refusal)
                {
                    return refusal;
                }

                if (options.Value.FourEyes && VerifiedBy(current) == request.Actor)
                {
                    return Failure.Conflict(
                        "four_eyes",
                        "Whoever verified a request, and made its plan, does not approve it: a second person does.",
                        "Let another data protection officer read the plan and approve it."
                    );
                }

                if (ApprovalRule.Refusal(current) is { } missing)
                {
                    return missing;
                }

                if (current.Unreached.Count > 0)
                {
                    return Failure.Conflict(
                        "tables_not_reached",
                        $"These tables hold personal data that no path of owned identifiers reaches, or rows that no contract describes any more: {string.Join(", ", current.Unreached)}.",
                        "Let their owners name, in the contract, the identifier column that a row's own person is found by; then approve again. Or waive a table, with the reason; or refuse or withdraw the request."
                    );
                }

                current.ApprovedAt = time.GetUtcNow();
                current.Move(RequestState.Planned, request.Actor, time.GetUtcNow(), request.Reason ?? "plan approved");
                current.Move(RequestState.Queued, request.Actor, time.GetUtcNow());
                await requests.RecordAsync(
                    db,
                    current,
                    request.Actor,
                    "approved",
                    new LedgerDetails { { "plan", current.PlanHash! } },
                    cancellationToken
                );
                return Result.Ok;
            },
            cancellationToken
        );

    private async Task<Result> PlanAnewAsync(
        ApproveCommand request,
        SubjectRequest before,
        CancellationToken cancellationToken
    )
    {
        var planning = await planner.PlanAsync(before, Person.Of(before), cancellationToken);
        return await requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                if (Refusal(before, current) is { } refusal)
                {
                    return refusal;
                }

                if (planning.Plan is not { } plan)
                {
                    var code = planning.Code!;
                    await plans.AskAgainAsync(db, current, code, planning.People, request.Actor, cancellationToken);
                    return SubjectRequestFailures.AskAgain(code, planning.People);
                }

                await plans.KeepAsync(db, current, plan, request.Actor, "contracts changed", cancellationToken);
                return Failure.Conflict(
                    "contracts_changed",
                    "The contracts have changed since the plan was made, so the plan was made anew.",
                    "Read the new plan, and approve it if it is right."
                );
            },
            cancellationToken
        );
    }

    private static string? VerifiedBy(SubjectRequest request) =>
        request.History.FindLast(line => line.To is RequestState.Verified && line.From != line.To)?.Actor;

    private static Failure? Refusal(SubjectRequest before, SubjectRequest current) =>
        !RequestActs.PossibleIn(current.State).Contains(RequestAct.Approve)
            ? SubjectRequestFailures.NotPossible(RequestAct.Approve, current.State)
        : current.Version != before.Version ? SubjectRequestFailures.ChangedMeanwhile
        : null;
}
