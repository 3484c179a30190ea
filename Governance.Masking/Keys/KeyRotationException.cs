namespace Governance.Masking.Keys;

/// <summary>An act upon the keys is refused, and nothing was changed. No text of it holds a key.</summary>
/// <param name="refusal">Why.</param>
/// <param name="detail">Why, in a sentence.</param>
/// <param name="next">What to do next.</param>
public sealed class KeyRotationException(KeyRefusal refusal, string detail, string next) : Exception($"{detail} {next}")
{
    /// <summary>Why.</summary>
    public KeyRefusal Refusal { get; } = refusal;

    /// <summary>Why, in a sentence.</summary>
    public string Detail { get; } = detail;

    /// <summary>What to do next.</summary>
    public string Next { get; } = next;
}

/// <summary>Why an act upon the keys is refused.</summary>
public enum KeyRefusal
{
    /// <summary>No key has this id.</summary>
    UnknownKey,

    /// <summary>The key writes.</summary>
    IsPrimary,

    /// <summary>The key is retired.</summary>
    IsRetired,

    /// <summary>The key is not retired.</summary>
    NotRetired,

    /// <summary>A running process has not read the newest keyset.</summary>
    NotReadEverywhere,

    /// <summary>Something can be read with this key alone.</summary>
    StillNeeded,

    /// <summary>The key was retired a short time ago.</summary>
    TooEarly,

    /// <summary>The keyset has a key of this id.</summary>
    IdTaken,
}
