using Governance.Api.Http;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Access;

/// <summary>The failures that several use cases share.</summary>
internal static class AccessFailures
{
    public static Failure UnknownRequest { get; } =
        Failure.NotFound(
            "unknown_access_request",
            "There is no access request with this id, or it is not yours to see.",
            $"GET {AccessAddresses.Requests} lists those that you may see."
        );

    public static Failure UnknownGrant { get; } =
        Failure.NotFound(
            "unknown_grant",
            "There is no grant with this id, or it is not yours to see.",
            $"GET {AccessAddresses.Grants} lists those that you may see."
        );

    public static Failure UnknownDataset { get; } =
        Failure.NotFound("unknown_dataset", "There is no dataset of this name.", "GET /datasets lists them.");

    public static Failure ChangedMeanwhile { get; } =
        Failure.Conflict(
            "changed_meanwhile",
            "Somebody else has changed it at the same moment; nothing was done.",
            "Read it again, and repeat the call if it is still wanted."
        );

    public static Failure Ended { get; } =
        Failure.Conflict("grant_ended", "The grant has ended.", "Ask anew: POST /access-requests.");

    /// <summary>The policies say no, each reason being a fault.</summary>
    public static Failure Denied(string code, IReadOnlyList<DecisionReason> reasons, string next) =>
        new(
            FailureKind.Forbidden,
            code,
            reasons.Count > 0 ? string.Join(" ", reasons.Select(reason => reason.Text)) : "The policies say no.",
            next,
            [.. reasons.Select(reason => new Fault("decision", reason.Code, reason.Text))]
        );
}
