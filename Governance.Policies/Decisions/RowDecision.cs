using System.Collections.Immutable;
using Governance.Policies.Views;

namespace Governance.Policies.Decisions;

/// <summary>Which rows may be seen.</summary>
/// <param name="Condition">The rows; <see cref="RowCondition.Nothing"/> where the policies gave no answer.</param>
/// <param name="Reasons">Why there was no answer; empty where there was one.</param>
/// <param name="Policy">By which policies.</param>
public sealed record RowDecision(RowCondition Condition, ImmutableArray<DecisionReason> Reasons, PolicyStamp Policy)
{
    /// <summary>No row, for want of an answer.</summary>
    public static RowDecision Denied(DecisionReason reason, PolicyStamp policy) =>
        new(RowCondition.Nothing, [reason], policy);
}
