using Governance.Policies.Decisions;
using Governance.Policies.Views;

namespace Governance.Api.Features.Access.Requests;

/// <summary>A decision, as people read it.</summary>
/// <param name="Outcome"><c>allow</c>, <c>ask_owner</c> or <c>deny</c>.</param>
/// <param name="Until">When it would end, if it began now.</param>
/// <param name="MaxSeconds">The longest that could be asked for.</param>
/// <param name="Columns">What is shown of each column, and why not more.</param>
/// <param name="SmallestGroup">Groups of fewer people are not answered; 0 where rows are shown.</param>
/// <param name="Reasons">Why, in plain words.</param>
/// <param name="Approvals">How many people have to approve.</param>
/// <param name="ApproverTeam">Whose people.</param>
/// <param name="Policy">By which policies.</param>
internal sealed record DecisionView(
    AccessOutcome Outcome,
    DateTimeOffset? Until,
    long? MaxSeconds,
    IReadOnlyList<ColumnView> Columns,
    int SmallestGroup,
    IReadOnlyList<DecisionReason> Reasons,
    int Approvals,
    string ApproverTeam,
    PolicyStamp Policy
)
{
    public static DecisionView Of(AccessDecision decision) =>
        new(
            decision.Outcome,
            decision.Until,
            (long?)decision.MaxDuration?.TotalSeconds,
            [.. decision.Columns.Select(ColumnView.Of)],
            decision.SmallestGroup,
            decision.Reasons,
            decision.Approvals,
            decision.ApproverTeam,
            decision.Policy
        );
}

/// <summary>What is shown of a column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shown"><c>hidden</c>, <c>masked</c>, <c>generalized</c> or <c>plain</c>.</param>
/// <param name="GeneralizedTo">How exactly: <c>day</c>, <c>month</c> or <c>year</c>.</param>
/// <param name="Revealable">Paths whose plain values may be had one by one.</param>
/// <param name="Reason">Why not more.</param>
internal sealed record ColumnView(
    string Name,
    ColumnShowing Shown,
    Generalization? GeneralizedTo,
    IReadOnlyList<string> Revealable,
    string Reason
)
{
    public static ColumnView Of(ColumnDecision column) =>
        new(column.Name, column.Showing, column.Generalization, column.Revealable, column.Reason);
}

/// <summary>The rows that are shown.</summary>
/// <param name="Words">In plain words: <c>country is 'ENGLAND' or 'WALES'</c>.</param>
/// <param name="Sql">The condition, as the warehouse holds it.</param>
internal sealed record RowsView(string Words, string? Sql)
{
    public static RowsView Of(RowCondition condition, string? sql) => new(RowConditionWords.Of(condition), sql);
}
