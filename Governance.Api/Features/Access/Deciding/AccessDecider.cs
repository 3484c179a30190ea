using Governance.Policies.Decisions;
using Governance.Policies.Views;

namespace Governance.Api.Features.Access.Deciding;

/// <summary>Asks the policies about columns and rows, and makes one plan of both answers.</summary>
internal sealed class AccessDecider(IPolicyDecisionPoint policies)
{
    private static readonly string[] s_obligations = ["alarm", "ledger", "review"];

    /// <summary>Decides; what cannot be decided or carried out is a denial with its reason.</summary>
    public async Task<Decided> DecideAsync(AccessQuestion question, CancellationToken cancellationToken)
    {
        var decision = await policies.DecideAccessAsync(question, cancellationToken);
        if (decision.Outcome == AccessOutcome.Deny)
        {
            return new Decided(decision, null, decision.Reasons);
        }

        if (decision.Obligations.Except(s_obligations, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            return Refused(
                decision,
                "obligation_unknown",
                $"The policies ask for what this service cannot do: {unknown}. Ask whoever keeps the policies."
            );
        }

        var rows = await policies.RowConditionAsync(
            new RowQuestion(question.Subject, question.Dataset, question.Purpose, decision.RowRule!),
            cancellationToken
        );
        if (!rows.Reasons.IsEmpty)
        {
            return new Decided(decision, null, rows.Reasons);
        }

        if (rows.Condition.Equals(RowCondition.Nothing))
        {
            return Refused(
                decision,
                "no_rows",
                "The policies show you no row of this dataset. Ask the owner which rows your team looks after."
            );
        }

        var (plan, reason) = ViewPlan.Of(question.Dataset, decision, rows.Condition);
        return plan is null ? new Decided(decision, null, [reason!]) : new Decided(decision, plan, []);
    }

    private static Decided Refused(AccessDecision decision, string code, string text) =>
        new(decision, null, [new DecisionReason(code, text)]);
}
