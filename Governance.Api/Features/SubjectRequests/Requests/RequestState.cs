using System.Collections.Frozen;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>Where a subject request stands.</summary>
internal enum RequestState
{
    Received,
    IdentityPending,
    Verified,
    AwaitingApproval,
    Planned,
    Queued,
    Executing,
    Verifying,
    Completed,
    CompletedWithRetention,
    PartiallyFailed,
    Refused,
    Withdrawn,
    DuplicateOf,
}

/// <summary>The states' names on the wire and in the store.</summary>
internal static class RequestStates
{
    private static readonly FrozenDictionary<RequestState, string> Names = new Dictionary<RequestState, string>
    {
        [RequestState.Received] = "received",
        [RequestState.IdentityPending] = "identity_pending",
        [RequestState.Verified] = "verified",
        [RequestState.AwaitingApproval] = "awaiting_approval",
        [RequestState.Planned] = "planned",
        [RequestState.Queued] = "queued",
        [RequestState.Executing] = "executing",
        [RequestState.Verifying] = "verifying",
        [RequestState.Completed] = "completed",
        [RequestState.CompletedWithRetention] = "completed_with_retention",
        [RequestState.PartiallyFailed] = "partially_failed",
        [RequestState.Refused] = "refused",
        [RequestState.Withdrawn] = "withdrawn",
        [RequestState.DuplicateOf] = "duplicate_of",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, RequestState> Values = Names.ToFrozenDictionary(
        pair => pair.Value,
        pair => pair.Key,
        StringComparer.Ordinal
    );

    /// <summary>The state's name.</summary>
    public static string Name(this RequestState state) => Names[state];

    /// <summary>The state with this name.</summary>
    public static RequestState Parse(string name) => Values[name];

    /// <summary>The state with this name, if there is one.</summary>
    public static bool TryParse(string name, out RequestState state) => Values.TryGetValue(name, out state);
}
