namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>What a data protection officer can do to a request.</summary>
internal enum RequestAct
{
    Verify,
    Approve,
    Refuse,
    Withdraw,
}

/// <summary>Which acts a state allows.</summary>
internal static class RequestActs
{
    /// <summary>The acts that are possible in this state; empty once it is approved or over.</summary>
    public static IReadOnlyList<RequestAct> PossibleIn(RequestState state) =>
        state switch
        {
            RequestState.Received or RequestState.IdentityPending =>
            [
                RequestAct.Verify,
                RequestAct.Refuse,
                RequestAct.Withdraw,
            ],
            RequestState.AwaitingApproval => [RequestAct.Approve, RequestAct.Refuse, RequestAct.Withdraw],
            _ => [],
        };

    /// <summary>The last part of the act's address.</summary>
    public static string Name(this RequestAct act) =>
        act switch
        {
            RequestAct.Verify => "verify",
            RequestAct.Approve => "approve",
            RequestAct.Refuse => "refuse",
            _ => "withdraw",
        };

    /// <summary>Says why an act is not possible, and which are.</summary>
    public static string Refusal(RequestAct act, RequestState state)
    {
        var possible = PossibleIn(state);
        var next =
            possible.Count > 0 ? $"Possible now: {string.Join(", ", possible.Select(Name))}."
            : state.IsFinal() ? "It is final: no further call is possible."
            : "It is approved and on its way: no call is possible; ask for its state again in a moment.";
        return $"'{act.Name()}' is not possible while the request is '{state.Name()}'. {next}";
    }
}
