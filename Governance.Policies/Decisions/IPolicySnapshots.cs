namespace Governance.Policies.Decisions;

/// <summary>Holds the policies in force.</summary>
public interface IPolicySnapshots
{
    /// <summary>The policies in force now, or <see langword="null"/> where there are none yet: everything is denied then.</summary>
    PolicySnapshot? Current { get; }

    /// <summary>Why the policies on disk are not in force; <see langword="null"/> where they are.</summary>
    string? Fault { get; }
}

/// <summary>Policies that do not change: for a rehearsal of others than those in force.</summary>
public sealed class FixedPolicies(PolicySnapshot snapshot) : IPolicySnapshots
{
    /// <inheritdoc/>
    public PolicySnapshot? Current { get; } = snapshot;

    /// <inheritdoc/>
    public string? Fault => null;
}
