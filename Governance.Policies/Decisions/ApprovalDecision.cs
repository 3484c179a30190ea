using System.Collections.Immutable;

namespace Governance.Policies.Decisions;

/// <summary>Whether a person may decide about a request.</summary>
/// <param name="Allowed">Whether.</param>
/// <param name="Remaining">How many more approvals it needs after this act; 0 where it is then complete.</param>
/// <param name="Reasons">Why not; empty where it is allowed.</param>
/// <param name="Policy">By which policies.</param>
public sealed record ApprovalDecision(
    bool Allowed,
    int Remaining,
    ImmutableArray<DecisionReason> Reasons,
    PolicyStamp Policy
)
{
    /// <summary>A no, for want of an answer.</summary>
    public static ApprovalDecision Denied(DecisionReason reason, PolicyStamp policy) => new(false, 1, [reason], policy);
}
