using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Microsoft.Extensions.Options;

namespace Governance.Masking;

/// <summary>
/// What a masker works with. Contracts must be named; everything else has an embedded default, for one machine: keys in files of mode
/// 0600, the vault in a SQLite file.
/// </summary>
public sealed class MaskerOptions
{
    /// <summary>Contract files, and folders that hold some. At least one, where there is no <see cref="Catalog"/>.</summary>
    public IList<string> Contracts { get; } = [];

    /// <summary>Contracts from elsewhere. Default: <see langword="null"/>, the files of <see cref="Contracts"/>, read once.</summary>
    public IContractCatalogSource? Catalog { get; set; }

    /// <summary>The folder of key files; made with new random keys where there are none. Default: <c>.governance/keys</c>.</summary>
    public string KeyFolder { get; set; } = Path.Combine(".governance", "keys");

    /// <summary>The vault's SQLite file; made where there is none. Default: <c>.governance/vault.db</c>.</summary>
    public string VaultFile { get; set; } = Path.Combine(".governance", "vault.db");

    /// <summary>The tenant whose keys these are. Default: <c>default</c>.</summary>
    public string Tenant { get; set; } = "default";

    /// <summary>How identifiers are kept in memory.</summary>
    public IdentifiersOptions Identifiers { get; } = new();

    /// <summary>How often the keyset is looked at for a rotation. Default: five seconds.</summary>
    public TimeSpan KeyReload { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Wraps the keysets, such as a key management service. Default: <see langword="null"/>, a file beside them.</summary>
    public IKeyEncryptionKey? KeyEncryptionKey { get; set; }

    /// <summary>
    /// How long the keys may be used without <see cref="KeyEncryptionKey"/>'s word. Default: <see langword="null"/>, for ever; set it where that
    /// key is kept by a service, so that what is disabled there takes effect here.
    /// </summary>
    public KeyLife? KeyLife { get; set; }

    /// <summary>Another vault; it stays its owner's to dispose of. Default: <see langword="null"/>, that of <see cref="VaultFile"/>.</summary>
    public IVault? Vault { get; set; }

    /// <summary>
    /// Erased people, whose records are refused with the code <c>suppressed</c>. Default: <see langword="null"/>, nobody.
    /// </summary>
    public ISuppressionList? Suppressions { get; set; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}

/// <summary>Says all that is wrong with options at once.</summary>
internal sealed class MaskerOptionsValidator : IValidateOptions<MaskerOptions>
{
    public ValidateOptionsResult Validate(string? name, MaskerOptions options)
    {
        string[] faults = [.. Faults(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(MaskerOptions options)
    {
        if (options.Contracts.Count == 0 && options.Catalog is null)
        {
            yield return $"{nameof(options.Contracts)} is empty. Add a contract file, or a folder that holds some.";
        }

        foreach (var path in options.Contracts.Where(path => !Path.Exists(path)))
        {
            yield return $"{nameof(options.Contracts)} names {path}, which does not exist.";
        }

        if (string.IsNullOrWhiteSpace(options.KeyFolder))
        {
            yield return $"{nameof(options.KeyFolder)} is empty. Name the folder of key files.";
        }

        if (string.IsNullOrWhiteSpace(options.VaultFile) && options.Vault is null)
        {
            yield return $"{nameof(options.VaultFile)} is empty. Name the vault's file, or set {nameof(options.Vault)}.";
        }

        if (!TenantKeys.IsTenantName(options.Tenant))
        {
            yield return $"{nameof(options.Tenant)} has lower-case letters, digits and hyphens, at most 63.";
        }

        if (options.KeyReload < TimeSpan.FromMilliseconds(100))
        {
            yield return $"{nameof(options.KeyReload)} is shorter than 0.1 seconds.";
        }

        var identifiers = options.Identifiers;
        if (
            identifiers.CacheLife < TimeSpan.Zero
            || identifiers.CacheCapacity < 0
            || identifiers.SubjectKeyCapacity < 0
            || identifiers.DestructionInterval <= TimeSpan.Zero
            || identifiers.DestructionTolerance <= TimeSpan.Zero
        )
        {
            yield return $"{nameof(options.Identifiers)} holds a negative number, or an interval of no time.";
        }
    }
}
