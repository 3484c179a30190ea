using System.Globalization;

namespace Governance.Masking.Keys;

/// <summary>The time for which a tenant's keys may be used, counted from the last confirmation. Begins confirmed.</summary>
internal sealed class KeyLease(KeyLife life)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);

    private volatile Standing _standing = new(Read(life), Read(life), null, null, IsWithdrawn: false);

    /// <summary>This moment, for <see cref="Confirm"/>.</summary>
    public Moment Now => Read(life);

    /// <summary>Whether it is time to ask for a confirmation.</summary>
    public bool IsDue
    {
        get
        {
            var standing = _standing;
            return Since(standing.AskedAt)
                >= (
                    standing.MissedSince is null || life.RefreshInterval < RetryInterval
                        ? life.RefreshInterval
                        : RetryInterval
                );
        }
    }

    /// <summary>How things stand.</summary>
    public KeyLifeState State
    {
        get
        {
            var standing = _standing;
            return new KeyLifeState(
                IsUsable(standing),
                standing.ConfirmedAt.Utc,
                standing.ConfirmedAt.Utc + life.HardLife,
                standing.MissedSince,
                standing.Fault,
                standing.IsWithdrawn
            );
        }
    }

    /// <summary>The keys may be used.</summary>
    /// <param name="asked">Before it was asked: what was true then is what the answer says.</param>
    public void Confirm(Moment asked) => _standing = new Standing(asked, Now, null, null, IsWithdrawn: false);

    /// <summary>Nobody could say whether they may be used.</summary>
    public void Miss(string fault) =>
        _standing = _standing with { AskedAt = Now, MissedSince = _standing.MissedSince ?? Now.Utc, Fault = fault };

    /// <summary>They may not be used any more.</summary>
    public void Withdraw(string fault)
    {
        Miss(fault);
        _standing = _standing with { IsWithdrawn = true };
    }

    /// <summary>Checks that the keys may be used.</summary>
    /// <exception cref="KeysUnavailableException">They may not.</exception>
    public void Check()
    {
        var standing = _standing;
        if (IsUsable(standing))
        {
            return;
        }

        throw new KeysUnavailableException(
            standing.IsWithdrawn
                ? $"The keys were withdrawn at {Text(standing.MissedSince ?? standing.AskedAt.Utc)}. {standing.Fault}"
                : $"The keys ended at {Text(standing.ConfirmedAt.Utc + life.HardLife)}: the service that keeps the key encryption key has not confirmed them since {Text(standing.ConfirmedAt.Utc)}. {standing.Fault}".TrimEnd()
        );
    }

    private bool IsUsable(Standing standing) => !standing.IsWithdrawn && Since(standing.ConfirmedAt) < life.HardLife;

    // The longer of both: a clock that was put back must not lengthen the life of keys, nor a machine that slept.
    private TimeSpan Since(Moment moment)
    {
        var (wall, steady) = (life.Time.GetUtcNow() - moment.Utc, life.Time.GetElapsedTime(moment.Timestamp));
        return wall > steady ? wall : steady;
    }

    private static Moment Read(KeyLife life) => new(life.Time.GetUtcNow(), life.Time.GetTimestamp());

    private static string Text(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A moment, by the clock and by a counter that nobody puts back.</summary>
    internal readonly record struct Moment(DateTimeOffset Utc, long Timestamp);

    private sealed record Standing(
        Moment ConfirmedAt,
        Moment AskedAt,
        DateTimeOffset? MissedSince,
        string? Fault,
        bool IsWithdrawn
    );
}
