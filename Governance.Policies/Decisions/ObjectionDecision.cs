using System.Collections.Immutable;

namespace Governance.Policies.Decisions;

/// <summary>Which purposes may be objected to.</summary>
/// <param name="Allowed">Those that may.</param>
/// <param name="Refused">Those that may not, each with its ground.</param>
/// <param name="Unknown">Those that no policy knows.</param>
/// <param name="Policy">By which policies.</param>
public sealed record ObjectionDecision(
    ImmutableArray<string> Allowed,
    ImmutableArray<RefusedObjection> Refused,
    ImmutableArray<string> Unknown,
    PolicyStamp Policy
)
{
    /// <summary>Why there is no answer; <see langword="null"/> where there is one.</summary>
    public DecisionReason? NoAnswer { get; init; }

    /// <summary>Nothing is decided, for want of an answer.</summary>
    public static ObjectionDecision Denied(DecisionReason reason, PolicyStamp policy) =>
        new([], [], [], policy) { NoAnswer = reason };
}

/// <summary>A purpose that may not be objected to.</summary>
/// <param name="Purpose">The purpose's key.</param>
/// <param name="Ground">Why not, as the person is told.</param>
public sealed record RefusedObjection(string Purpose, string Ground);
