using Governance.Policies.Decisions;
using Governance.Policies.Views;

namespace Governance.Api.Features.Access.Deciding;

/// <summary>What the policies say of a question, and what it would come to in the warehouse.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Plan">What would be issued; <see langword="null"/> where nothing is granted.</param>
/// <param name="Refusals">Why nothing is granted; empty where something is.</param>
internal sealed record Decided(AccessDecision Decision, ViewPlan? Plan, IReadOnlyList<DecisionReason> Refusals)
{
    /// <summary>Whether nothing is granted because nobody could decide: an error, a time-out, a server that is away.</summary>
    public bool IsForWantOfAnAnswer => Refusals.Any(IsWant);

    /// <summary>How it ends: a decision that cannot be carried out is a denial.</summary>
    public AccessOutcome Outcome => Plan is null ? AccessOutcome.Deny : Decision.Outcome;

    private static bool IsWant(DecisionReason reason) =>
        reason.Code
            is DecisionReason.Undefined
                or DecisionReason.Failed
                or DecisionReason.TooCostly
                or DecisionReason.Unavailable;
}
