using System.Security.Cryptography;

namespace Governance.Tests.Support.BigQuery.Kms;

/// <summary>A key. Encryption uses the primary version; decryption, the version that the ciphertext names.</summary>
internal sealed class CryptoKey(string name)
{
    private const int KeySize = 32;
    private readonly List<CryptoKeyVersion> _versions = [];

    public string Name { get; } = name;

    public CryptoKeyVersion Primary => _versions[^1];

    /// <summary>Adds a version, which becomes the primary one.</summary>
    public CryptoKeyVersion Rotate()
    {
        var version = new CryptoKeyVersion(
            $"{Name}/cryptoKeyVersions/{_versions.Count + 1}",
            RandomNumberGenerator.GetBytes(KeySize)
        );
        _versions.Add(version);
        return version;
    }

    /// <summary>A version by its number, from 1; null where there is none.</summary>
    public CryptoKeyVersion? Version(int number) =>
        number >= 1 && number <= _versions.Count ? _versions[number - 1] : null;

    internal int Number(CryptoKeyVersion version) => _versions.IndexOf(version) + 1;
}

/// <summary>A version's bytes, and whether it may be used.</summary>
internal sealed class CryptoKeyVersion(string name, byte[] bytes)
{
    public string Name { get; } = name;

    /// <summary>ENABLED, DISABLED or DESTROYED. https://cloud.google.com/kms/docs/key-states</summary>
    public string State { get; set; } = "ENABLED";

    internal byte[] Bytes { get; } = bytes;
}
