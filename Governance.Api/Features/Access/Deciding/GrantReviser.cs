using Governance.Api.Features.Access.Grants;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Access.Deciding;

/// <summary>
/// Decides anew about a grant in force, when policies or contracts have changed. A grant never comes to show a column that it was not given, nor
/// one more exactly; its rows are those that the policies name now, which is how a team's regions change without anybody asking.
/// </summary>
internal sealed class GrantReviser(IContractCatalogSource contracts, TimeProvider time)
{
    /// <summary>Decides by the policies of a decider; nothing is changed.</summary>
    public async Task<GrantRevision> ReviseAsync(
        Grant grant,
        AccessDecider decider,
        CancellationToken cancellationToken
    )
    {
        if (contracts.Current.FindDataset(grant.Dataset) is not { } dataset)
        {
            return Ends(grant, "dataset_gone", "No contract describes the dataset any more.");
        }

        var columns = grant.Granted.Names.Intersect(
            dataset.Columns.Select(column => column.Name),
            StringComparer.Ordinal
        );
        var now = time.GetUtcNow();
        var left = grant.Until - now;
        var question = new AccessQuestion(
            grant.Subject,
            dataset,
            grant.Purpose,
            [.. columns],
            left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1)
        )
        {
            IsBreakGlass = grant.IsBreakGlass,
            Justification = grant.Justification,
        };
        if (question.Columns.IsEmpty)
        {
            return Ends(grant, "columns_gone", "The dataset has none of the granted columns any more.");
        }

        var decided = await decider.DecideAsync(question, cancellationToken);
        return decided.Plan is null
            ? new GrantRevision(
                decided.IsForWantOfAnAnswer ? RevisionOutcome.Undecided : RevisionOutcome.Ends,
                null,
                grant.Until,
                decided.Refusals,
                decided.Decision.Policy
            )
            : Weigh(grant, decided);
    }

    private static GrantRevision Weigh(Grant grant, Decided decided)
    {
        var decision = decided.Decision;
        if (decision.Outcome == AccessOutcome.AskOwner && grant.ApprovedBy.Count < decision.Approvals)
        {
            return new GrantRevision(
                RevisionOutcome.Ends,
                null,
                grant.Until,
                [
                    .. decision.Reasons,
                    new DecisionReason("approval_missing", "It would need the owner's word now: ask anew."),
                ],
                decision.Policy
            );
        }

        var plan = decided.Plan!.Within(grant.Granted);
        if (plan.Columns.IsEmpty)
        {
            return new GrantRevision(
                RevisionOutcome.Ends,
                null,
                grant.Until,
                [new DecisionReason("nothing_to_show", "Nothing that was granted may still be shown.")],
                decision.Policy
            );
        }

        // The longest time counts from when it was given: else each look would move the end.
        var until =
            decision.MaxDuration is { } most && grant.GrantedAt + most < grant.Until
                ? grant.GrantedAt + most
                : grant.Until;
        return new GrantRevision(
            plan.Equals(grant.Plan) && until == grant.Until ? RevisionOutcome.Unchanged : RevisionOutcome.Changed,
            plan,
            until,
            [],
            decision.Policy
        );
    }

    private static GrantRevision Ends(Grant grant, string code, string text) =>
        new(RevisionOutcome.Ends, null, grant.Until, [new DecisionReason(code, text)], PolicyStamp.None);
}
