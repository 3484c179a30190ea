namespace Governance.Masking.Vault;

/// <summary>How <see cref="Identifiers"/> keeps rows in memory.</summary>
public sealed class IdentifiersOptions
{
    /// <summary>
    /// How long a row is kept at most, whatever happens. Destroyed rows leave sooner (<see cref="DestructionInterval"/>).
    /// Default: 30 minutes.
    /// </summary>
    public TimeSpan CacheLife { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How many surrogates are kept, about; each takes up to 70 bytes, and memory is taken as they come. 0 keeps none. Default:
    /// ten million.
    /// </summary>
    public int CacheCapacity { get; set; } = 10_000_000;

    /// <summary>How many subject keys are kept, about; each takes about 700 bytes. 0 keeps none. Default: 200,000.</summary>
    public int SubjectKeyCapacity { get; set; } = 200_000;

    /// <summary>
    /// How often the vault is asked which rows were destroyed, by whichever process: so long this one may go on using one. Default:
    /// one second.
    /// </summary>
    public TimeSpan DestructionInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How old the vault's last answer about destroyed rows may be. After that nothing is used from memory until there is a
    /// new one. Default: five seconds.
    /// </summary>
    public TimeSpan DestructionTolerance { get; set; } = TimeSpan.FromSeconds(5);
}
