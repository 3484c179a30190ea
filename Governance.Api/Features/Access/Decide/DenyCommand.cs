using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Issuing;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Features.Ledger;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Api.Storage;
using Governance.Policies.Decisions;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Access.Decide;

/// <summary>Says no to a request; of an emergency, that it was none: its grant ends.</summary>
internal sealed record DenyCommand(Guid Id, Actor Actor, string? Reason) : IRequest<Result>;

internal sealed class DenyHandler(
    AccessRequestStore requests,
    GrantStore grants,
    DatasetReconciler reconciler,
    GrantSignal signal,
    IPolicyDecisionPoint policies,
    TimeProvider time
) : IRequestHandler<DenyCommand, Result>
{
    public async Task<Result> Handle(DenyCommand command, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(command.Id, cancellationToken) is not { } request)
        {
            return AccessFailures.UnknownRequest;
        }

        var may = await policies.MayApproveAsync(
            new ApprovalQuestion(PolicySubjects.Of(command.Actor), ApprovalAct.Deny, request.ForApproval),
            cancellationToken
        );
        if (!may.Allowed)
        {
            return AccessFailures.Denied(
                "denial_refused",
                may.Reasons,
                "Let somebody else decide: the owning team, or the data protection officer."
            );
        }

        var result = await requests.ChangeAsync<Result>(
            command.Id,
            async (db, current) =>
            {
                if (current.State != AccessRequestState.Pending && !current.IsReviewOpen)
                {
                    return ApproveHandler.NothingToDecide(current);
                }

                current.Vote(command.Actor.Id, isApproval: false, time.GetUtcNow(), command.Reason);
                if (current.IsReviewOpen)
                {
                    await EndAsync(db, current, command, cancellationToken);
                }
                else
                {
                    current.State = AccessRequestState.Denied;
                }

                await requests.RecordAsync(db, current, command.Actor.Id, "denied", [], cancellationToken);
                return Result.Ok;
            },
            cancellationToken
        );
        if (result.Failure is null && request.IsReviewOpen)
        {
            signal.Set();
            await reconciler.RunForCallerAsync(request.Dataset, cancellationToken);
        }

        return result;
    }

    private async Task EndAsync(
        StateDbContext db,
        AccessRequest request,
        DenyCommand command,
        CancellationToken cancellationToken
    )
    {
        request.IsReviewOpen = false;
        var grant = await db.Set<Grant>().SingleAsync(one => one.Id == request.GrantId, cancellationToken);
        if (grant.End is null)
        {
            grant.Finish(GrantEnd.Revocation, time.GetUtcNow(), command.Actor.Id, command.Reason);
            await grants.RecordAsync(
                db,
                grant,
                command.Actor.Id,
                "ended",
                new LedgerDetails { { "why", "review" } },
                cancellationToken
            );
        }
    }
}
