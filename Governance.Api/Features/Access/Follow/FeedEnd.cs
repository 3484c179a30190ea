namespace Governance.Api.Features.Access.Follow;

/// <summary>Why a stream ends: its last event.</summary>
/// <param name="Code">A stable code.</param>
/// <param name="Detail">What happened.</param>
/// <param name="Next">What to do next.</param>
internal sealed record FeedEnd(string Code, string Detail, string Next)
{
    public static FeedEnd Expired { get; } =
        new("grant_expired", "The grant's time is over.", "Ask anew: POST /access-requests.");

    public static FeedEnd Revoked { get; } =
        new("grant_revoked", "The grant was ended.", "GET /grants/{id} says by whom and why.");

    public static FeedEnd NotStanding { get; } =
        new(
            "grant_not_standing",
            "The grant does not stand in the warehouse as decided.",
            "GET /grants/{id} says why. Follow again when its state is verified."
        );

    public static FeedEnd TooSlow { get; } =
        new(
            "too_slow",
            "Rows landed faster than this reader took them, and are no longer held.",
            "Follow again; read what was missed through the grant's view."
        );

    public static FeedEnd SignedOut { get; } =
        new(
            "token_expired",
            "The token that the stream was opened with has expired.",
            "Follow again with a new token."
        );

    public static FeedEnd Closing { get; } = new("closing", "The service stops.", "Follow again in a moment.");

    public static FeedEnd Unavailable { get; } =
        new(
            "rules_unavailable",
            "It cannot be told which rows may be shown.",
            "Follow again in a while; GET /health/ready says which part is away."
        );

    public static FeedEnd NotShown(string detail) =>
        new("view_impossible", detail, "GET /grants/{id} says what stands in the warehouse.");
}
