namespace Governance.Masking.Vault;

/// <summary>How <see cref="Identifiers"/> keeps rows in memory.</summary>
public sealed class IdentifiersOptions
{
    /// <summary>
    /// How long a row is kept at most. Another process may destroy a row meanwhile: this is how long this one may still mask
    /// with it. Default: five minutes.
    /// </summary>
    public TimeSpan CacheLife { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many rows are kept at most; each takes about one kilobyte. Default: 100,000.</summary>
    public int CacheCapacity { get; set; } = 100_000;
}
