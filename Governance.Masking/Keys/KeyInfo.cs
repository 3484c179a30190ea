namespace Governance.Masking.Keys;

/// <summary>A key of the keyset, without the key.</summary>
/// <param name="Id">In front of everything that it encrypted.</param>
/// <param name="State">What it does.</param>
/// <param name="AddedAt">When it was added; <see langword="null"/> where nobody noted it.</param>
/// <param name="PromotedAt">When it began to write last; <see langword="null"/> where it never did, or nobody noted it.</param>
/// <param name="RetiredAt">When it was retired, where it is.</param>
/// <param name="Uses">What it is needed for, where that was counted.</param>
public sealed record KeyInfo(
    uint Id,
    KeyState State,
    DateTimeOffset? AddedAt,
    DateTimeOffset? PromotedAt,
    DateTimeOffset? RetiredAt,
    IReadOnlyList<KeyUseCount> Uses
);

/// <summary>How much of one kind needs a key.</summary>
/// <param name="What">Such as <c>vault rows</c>.</param>
/// <param name="Count">How many.</param>
public sealed record KeyUseCount(string What, long Count);

/// <summary>What a key does.</summary>
public enum KeyState
{
    /// <summary>It writes and reads.</summary>
    Primary,

    /// <summary>It reads.</summary>
    Reads,

    /// <summary>It does neither, and can be restored.</summary>
    Retired,

    /// <summary>It is gone.</summary>
    Destroyed,
}

/// <summary>The clear forms of a Tink keyset.</summary>
public enum KeysetForm
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>The message <c>google.crypto.tink.Keyset</c>.</summary>
    Binary,
}
