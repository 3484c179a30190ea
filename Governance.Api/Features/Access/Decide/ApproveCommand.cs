using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Issuing;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;
using MediatR;

namespace Governance.Api.Features.Access.Decide;

/// <summary>Says yes to a request; of an emergency, that it was one.</summary>
internal sealed record ApproveCommand(Guid Id, Actor Actor, string? Reason) : IRequest<Result>;

internal sealed class ApproveHandler(
    AccessRequestStore requests,
    GrantStore grants,
    AccessDecider decider,
    GrantGiving giving,
    DatasetReconciler reconciler,
    GrantSignal signal,
    IContractCatalogSource contracts,
    IPolicyDecisionPoint policies,
    TimeProvider time
) : IRequestHandler<ApproveCommand, Result>
{
    private const string Next = "Let somebody else decide: the owning team, or the data protection officer.";

    public async Task<Result> Handle(ApproveCommand command, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(command.Id, cancellationToken) is not { } request)
        {
            return AccessFailures.UnknownRequest;
        }

        if (request.State != AccessRequestState.Pending && !request.IsReviewOpen)
        {
            return NothingToDecide(request);
        }

        var may = await policies.MayApproveAsync(
            new ApprovalQuestion(PolicySubjects.Of(command.Actor), ApprovalAct.Approve, request.ForApproval),
            cancellationToken
        );
        if (!may.Allowed)
        {
            return command.Actor.Explain(AccessFailures.Denied("approval_refused", may.Reasons, Next));
        }

        return request.IsReviewOpen ? await ReviewAsync(command, cancellationToken)
            : may.Remaining > 0 ? await VoteAsync(command, request, cancellationToken)
            : await GrantAsync(command, request, cancellationToken);
    }

    /// <summary>A request about which nothing is left to be said.</summary>
    internal static Failure NothingToDecide(AccessRequest request) =>
        Failure.Conflict(
            "not_pending",
            $"The request is {(request.State == AccessRequestState.Granted ? "granted" : "denied")} already.",
            request.GrantId is { } grant ? $"DELETE {AccessAddresses.OfGrant(grant)} ends the grant." : null
        );

    private Task<Result> ReviewAsync(ApproveCommand command, CancellationToken cancellationToken) =>
        requests.ChangeAsync<Result>(
            command.Id,
            async (db, current) =>
            {
                if (!current.IsReviewOpen)
                {
                    return NothingToDecide(current);
                }

                current.Vote(command.Actor.Id, isApproval: true, time.GetUtcNow(), command.Reason);
                current.IsReviewOpen = false;
                await requests.RecordAsync(db, current, command.Actor.Id, "reviewed", [], cancellationToken);
                return Result.Ok;
            },
            cancellationToken
        );

    private Task<Result> VoteAsync(ApproveCommand command, AccessRequest before, CancellationToken cancellationToken) =>
        requests.ChangeAsync<Result>(
            command.Id,
            async (db, current) =>
            {
                if (current.Version != before.Version)
                {
                    return AccessFailures.ChangedMeanwhile;
                }

                current.Vote(command.Actor.Id, isApproval: true, time.GetUtcNow(), command.Reason);
                await requests.RecordAsync(db, current, command.Actor.Id, "approved", [], cancellationToken);
                return Result.Ok;
            },
            cancellationToken
        );

    // The last word that was missing. The world may have moved since the question: it is decided once more.
    private async Task<Result> GrantAsync(
        ApproveCommand command,
        AccessRequest before,
        CancellationToken cancellationToken
    )
    {
        if (contracts.Current.FindDataset(before.Dataset) is not { } dataset)
        {
            return AccessFailures.UnknownDataset;
        }

        var renewed = before.Renews is { } id ? await grants.FindAsync(id, cancellationToken) : null;
        var decided = await decider.DecideAsync(
            new AccessQuestion(before.Subject, dataset, before.Purpose, [.. before.Columns], before.Duration)
            {
                Renews = renewed?.Held,
            },
            cancellationToken
        );
        if (decided.IsForWantOfAnAnswer)
        {
            return Failure.Unavailable(
                "policy_unavailable",
                "The policies give no answer at this moment; nothing was changed.",
                "Try again later. /health/ready says of the part policy what is wrong."
            );
        }

        var result = await requests.ChangeAsync<Result>(
            command.Id,
            async (db, current) =>
            {
                if (current.Version != before.Version)
                {
                    return AccessFailures.ChangedMeanwhile;
                }

                current.Vote(command.Actor.Id, isApproval: true, time.GetUtcNow(), command.Reason);
                current.Decision = decided.Decision;
                if (decided.Plan is null)
                {
                    current.State = AccessRequestState.Denied;
                    await requests.RecordAsync(
                        db,
                        current,
                        command.Actor.Id,
                        "denied",
                        decided.Refusals,
                        cancellationToken
                    );
                    return Result.Ok;
                }

                await requests.RecordAsync(db, current, command.Actor.Id, "approved", [], cancellationToken);
                if (current.Approvers.Distinct(StringComparer.Ordinal).Count() >= decided.Decision.Approvals)
                {
                    await giving.GiveAsync(db, current, decided, command.Actor.Id, cancellationToken);
                }

                return Result.Ok;
            },
            cancellationToken
        );
        if (result.Failure is null && decided.Plan is not null)
        {
            signal.Set();
            await reconciler.RunForCallerAsync(before.Dataset, cancellationToken);
        }

        return result.Failure is null && decided.Plan is null
            ? AccessFailures.Denied(
                "access_denied",
                decided.Refusals,
                "The policies have changed since it was asked; the request is denied. Let it be asked anew."
            )
            : result;
    }
}
