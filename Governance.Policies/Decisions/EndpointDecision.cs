namespace Governance.Policies.Decisions;

/// <summary>Whether an endpoint may be called.</summary>
/// <param name="Allowed">Whether.</param>
/// <param name="ReasonForUser">What the caller is told; empty where there is nothing to say.</param>
/// <param name="ReasonForAdmin">What an operator is told; empty where there is nothing to say.</param>
/// <param name="Policy">By which policies.</param>
public sealed record EndpointDecision(bool Allowed, string ReasonForUser, string ReasonForAdmin, PolicyStamp Policy)
{
    /// <summary>Whether it is a no because there was no answer. Default: no.</summary>
    public bool IsForWantOfAnAnswer { get; init; }

    /// <summary>A no, for want of an answer.</summary>
    public static EndpointDecision Denied(DecisionReason reason, PolicyStamp policy) =>
        new(false, "The policies gave no answer, so nothing is allowed.", $"{reason.Code}: {reason.Text}", policy)
        {
            IsForWantOfAnAnswer = true,
        };
}
