namespace Governance.Api.Features.Streams.States;

/// <summary>Whether a topic runs, and why not.</summary>
/// <param name="State"><c>running</c>, <c>paused</c> (somebody's wish) or <c>halted</c> (the interceptor's own).</param>
/// <param name="Code">Why it is halted: <c>table_refused</c>, <c>masked_schema_refused</c>; else <see langword="null"/>.</param>
/// <param name="Reason">In words, for an operator.</param>
/// <param name="By">Who paused it.</param>
/// <param name="Since">Since when.</param>
internal sealed record StreamStanding(
    string State,
    string? Code = null,
    string? Reason = null,
    string? By = null,
    DateTimeOffset? Since = null
)
{
    public const string Running = "running";
    public const string Paused = "paused";
    public const string Halted = "halted";

    /// <summary>The standing of a topic that runs.</summary>
    public static StreamStanding Runs { get; } = new(Running);

    public static StreamStanding Of(StreamStateRow row) => new(row.State, row.Code, row.Reason, row.By, row.Since);
}
