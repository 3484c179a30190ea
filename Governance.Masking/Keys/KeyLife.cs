namespace Governance.Masking.Keys;

/// <summary>
/// How long keys that were loaded may be used without the word of the service that keeps the key encryption key. It is asked every
/// <paramref name="RefreshInterval"/>: while it is away the keys stay in use until <paramref name="HardLife"/> ends, and where it says that
/// they may not be used any more they end at once.
/// </summary>
/// <param name="HardLife">How long after the last confirmation they may be used; longer than <paramref name="RefreshInterval"/>.</param>
/// <param name="RefreshInterval">How often a confirmation is asked for. While there is none it is asked for every thirty seconds, or as often as this if that is more often.</param>
/// <param name="Time">Measures both.</param>
public sealed record KeyLife(TimeSpan HardLife, TimeSpan RefreshInterval, TimeProvider Time);

/// <summary>How long keys may still be used.</summary>
/// <param name="IsUsable">Whether they may be used now.</param>
/// <param name="ConfirmedAt">When the key encryption key was last known to be usable.</param>
/// <param name="EndsAt">When they end, unless they are confirmed before.</param>
/// <param name="MissedSince">Since when every attempt to confirm them failed; <see langword="null"/> where the last one did not.</param>
/// <param name="Fault">Why it failed last, with what to do; <see langword="null"/> where it did not.</param>
/// <param name="IsWithdrawn">Whether the key encryption key was refused, and the keys ended because of it.</param>
public sealed record KeyLifeState(
    bool IsUsable,
    DateTimeOffset ConfirmedAt,
    DateTimeOffset EndsAt,
    DateTimeOffset? MissedSince,
    string? Fault,
    bool IsWithdrawn
);
