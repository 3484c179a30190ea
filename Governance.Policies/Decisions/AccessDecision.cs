using System.Collections.Immutable;

namespace Governance.Policies.Decisions;

/// <summary>What the policies say of an <see cref="AccessQuestion"/>.</summary>
/// <param name="Outcome">Whether.</param>
/// <param name="Columns">What would be shown, a top-level column each, in the contract's order; also where the answer is no.</param>
/// <param name="RowRule">
/// The rule that says which rows, for <see cref="IPolicyDecisionPoint.RowConditionAsync"/>; such as <c>data.rows.allow</c>. None where nothing
/// is granted.
/// </param>
/// <param name="Until">When it ends, at the latest; <see langword="null"/> where nothing is granted.</param>
/// <param name="MaxDuration">The longest that could be asked for; <see langword="null"/> where nothing could.</param>
/// <param name="SmallestGroup">A result of fewer people than this is not shown; 0 where there is no such limit.</param>
/// <param name="Reasons">Why, in plain words; one at least where the answer is not a plain yes.</param>
/// <param name="Obligations">What has to be done beside, such as <c>alarm</c> or <c>ledger</c>; whoever does not know one must not grant.</param>
/// <param name="Approvals">How many people have to approve; 0 where nobody is asked.</param>
/// <param name="ApproverTeam">Whose people are asked: the dataset's owning team; empty where nobody is.</param>
/// <param name="Policy">By which policies.</param>
public sealed record AccessDecision(
    AccessOutcome Outcome,
    ImmutableArray<ColumnDecision> Columns,
    string? RowRule,
    DateTimeOffset? Until,
    TimeSpan? MaxDuration,
    int SmallestGroup,
    ImmutableArray<DecisionReason> Reasons,
    ImmutableArray<string> Obligations,
    int Approvals,
    string ApproverTeam,
    PolicyStamp Policy
)
{
    /// <summary>A denial for want of an answer: no column, no row, no time.</summary>
    public static AccessDecision Denied(DecisionReason reason, PolicyStamp policy) =>
        new(AccessOutcome.Deny, [], null, null, null, 0, [reason], [], 0, "", policy);

    /// <summary>The columns that a view may show: those that are not hidden.</summary>
    public IEnumerable<ColumnDecision> Shown => Columns.Where(column => column.Showing != ColumnShowing.Hidden);
}

/// <summary>Whether access is given.</summary>
public enum AccessOutcome
{
    /// <summary>No.</summary>
    Deny,

    /// <summary>When the dataset's owner approves.</summary>
    AskOwner,

    /// <summary>Yes.</summary>
    Allow,
}

/// <summary>What is shown of a top-level column. Where fields within differ, the strictest counts: a view shows a column or does not.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Showing">How.</param>
/// <param name="Revealable">Paths, the column's own or of fields within, whose plain values may be had one by one (<c>POST /reveal</c>).</param>
/// <param name="Generalization">What the view makes of it; <see langword="null"/> but for <see cref="ColumnShowing.Generalized"/>.</param>
/// <param name="Reason">Why not more, in plain words; empty where there is nothing to say.</param>
public sealed record ColumnDecision(
    string Name,
    ColumnShowing Showing,
    ImmutableArray<string> Revealable,
    Generalization? Generalization,
    string Reason
);

/// <summary>How a column is shown; the strictest first.</summary>
public enum ColumnShowing
{
    /// <summary>Not at all.</summary>
    Hidden,

    /// <summary>As it stands in the table, masked.</summary>
    Masked,

    /// <summary>Less exactly than the table holds it.</summary>
    Generalized,

    /// <summary>As it stands in the table, where the contract lets it stand plain.</summary>
    Plain,
}

/// <summary>How exactly a date or an instant is shown.</summary>
public enum Generalization
{
    /// <summary>The day.</summary>
    Day,

    /// <summary>The month's first day.</summary>
    Month,

    /// <summary>The year's first day.</summary>
    Year,
}
