using System.Collections.Frozen;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>The one table of what may follow what. A state without followers is final.</summary>
internal static class RequestTransitions
{
    private static readonly FrozenDictionary<RequestState, RequestState[]> Followers = new Dictionary<
        RequestState,
        RequestState[]
    >
    {
        [RequestState.Received] =
        [
            RequestState.IdentityPending,
            RequestState.Verified,
            RequestState.Refused,
            RequestState.Withdrawn,
            RequestState.DuplicateOf,
        ],
        [RequestState.IdentityPending] = [RequestState.Verified, RequestState.Refused, RequestState.Withdrawn],
        [RequestState.Verified] = [RequestState.AwaitingApproval],

        // Back to identity_pending when a duplicate brought new claims: nobody has verified those.
        [RequestState.AwaitingApproval] =
        [
            RequestState.Planned,
            RequestState.IdentityPending,
            RequestState.Refused,
            RequestState.Withdrawn,
        ],
        [RequestState.Planned] = [RequestState.Queued],

        // Back when the world moved between approval and start: other contracts, or rows that now tie in another person.
        [RequestState.Queued] = [RequestState.Executing, RequestState.AwaitingApproval, RequestState.IdentityPending],
        [RequestState.Executing] = [RequestState.Verifying],

        // Back when the count afterwards still finds rows.
        [RequestState.Verifying] =
        [
            RequestState.Executing,
            RequestState.Completed,
            RequestState.CompletedWithRetention,
            RequestState.PartiallyFailed,
        ],
        [RequestState.Completed] = [],
        [RequestState.CompletedWithRetention] = [],
        [RequestState.PartiallyFailed] = [],
        [RequestState.Refused] = [],
        [RequestState.Withdrawn] = [],
        [RequestState.DuplicateOf] = [],
    }.ToFrozenDictionary();

    /// <summary>The states that may follow.</summary>
    public static IReadOnlyList<RequestState> From(RequestState state) => Followers[state];

    /// <summary>Whether one may follow the other.</summary>
    public static bool Allows(RequestState from, RequestState to) => Followers[from].Contains(to);

    /// <summary>Whether nothing follows.</summary>
    public static bool IsFinal(this RequestState state) => Followers[state].Length == 0;

    /// <summary>Whether the plan may still change, because nobody has approved it.</summary>
    public static bool IsBeforeApproval(this RequestState state) =>
        state
            is RequestState.Received
                or RequestState.IdentityPending
                or RequestState.Verified
                or RequestState.AwaitingApproval;

    /// <summary>Whether the worker has something to do.</summary>
    public static bool IsForWorker(this RequestState state) =>
        state is RequestState.Queued or RequestState.Executing or RequestState.Verifying;
}
