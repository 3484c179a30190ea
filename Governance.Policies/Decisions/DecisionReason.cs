namespace Governance.Policies.Decisions;

/// <summary>Why something was decided so.</summary>
/// <param name="Code">Stable, for programs: <c>purpose_unknown</c>.</param>
/// <param name="Text">In plain words, for whoever asked; no value of a person.</param>
public sealed record DecisionReason(string Code, string Text)
{
    /// <summary>The policies gave no answer to the question.</summary>
    public const string Undefined = "policy_undefined";

    /// <summary>The policies failed, or what they answered is no decision.</summary>
    public const string Failed = "policy_failed";

    /// <summary>The policies took longer, or more room, than a decision may.</summary>
    public const string TooCostly = "policy_limit";

    /// <summary>No policies are in force, or their server cannot be reached.</summary>
    public const string Unavailable = "policy_unavailable";

    internal static DecisionReason NoAnswer { get; } = new(Undefined, "The policies have no answer to this.");
}
