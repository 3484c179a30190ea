namespace Governance.Api.Features.Access.Requests;

/// <summary>A request for access, as people read it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State"><c>pending</c>, <c>granted</c> or <c>denied</c>.</param>
/// <param name="Requester">Who asks, by the directory's id.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Purpose">The purpose.</param>
/// <param name="Columns">The columns that were asked for; all where there is none.</param>
/// <param name="Seconds">For how long, from when it is granted.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="BreakGlass">Whether it is an emergency.</param>
/// <param name="Justification">Why, in the person's own words.</param>
/// <param name="ReviewOpen">Whether somebody has yet to say that the emergency was one.</param>
/// <param name="Decision">What the policies said.</param>
/// <param name="ApprovalsMissing">How many people have yet to approve.</param>
/// <param name="Votes">Who said what.</param>
/// <param name="Renews">Where the grant can be read that it renews.</param>
/// <param name="Grant">Where the grant can be read that came of it.</param>
/// <param name="GrantId">The grant's id.</param>
/// <param name="GrantState">The grant's state in the warehouse, when the answer was written.</param>
internal sealed record AccessRequestView(
    Guid Id,
    AccessRequestState State,
    string Requester,
    string Dataset,
    string Purpose,
    IReadOnlyList<string> Columns,
    long Seconds,
    DateTimeOffset RequestedAt,
    bool BreakGlass,
    string? Justification,
    bool ReviewOpen,
    DecisionView Decision,
    int ApprovalsMissing,
    IReadOnlyList<VoteView> Votes,
    string? Renews,
    string? Grant,
    Guid? GrantId,
    string? GrantState
)
{
    public static AccessRequestView Of(AccessRequest request, string? grantState) =>
        new(
            request.Id,
            request.State,
            request.Requester,
            request.Dataset,
            request.Purpose,
            request.Columns,
            (long)request.Duration.TotalSeconds,
            request.RequestedAt,
            request.IsBreakGlass,
            request.Justification.Length > 0 ? request.Justification : null,
            request.IsReviewOpen,
            DecisionView.Of(request.Decision),
            request.State == AccessRequestState.Pending
                ? Math.Max(0, request.Decision.Approvals - request.Approvers.Distinct(StringComparer.Ordinal).Count())
                : 0,
            [.. request.Votes.Select(vote => new VoteView(vote.Actor, vote.IsApproval, vote.At, vote.Reason))],
            request.Renews is { } renews ? AccessAddresses.OfGrant(renews) : null,
            request.GrantId is { } grant ? AccessAddresses.OfGrant(grant) : null,
            request.GrantId,
            grantState
        );
}

/// <summary>What somebody said to a request.</summary>
internal sealed record VoteView(string By, bool Approves, DateTimeOffset At, string? Reason);
