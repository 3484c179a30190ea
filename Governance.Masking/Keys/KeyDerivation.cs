using System.Security.Cryptography;

namespace Governance.Masking.Keys;

/// <summary>HKDF-SHA-256 (RFC 5869) from a keyset's key to the key of one purpose, tenant and domain.</summary>
internal static class KeyDerivation
{
    public const string Token = "governance/token/1";
    public const string Format = "governance/fpe/1";
    public const string Digest = "governance/digest/1";
    public const string SubjectKeyWrapping = "governance/subject-key-wrapping/1";
    public const string Quarantine = "governance/quarantine/1";
    public const string Secret = "governance/secret/1";
    public const string BlindIndex = "governance/blind-index/2";

    /// <summary>Derives a key. The salt is empty: keyset keys are uniformly random already (RFC 5869, 3.1).</summary>
    public static byte[] Derive(ReadOnlySpan<byte> key, int length, string purpose, string tenant, string domain)
    {
        var derived = new byte[length];
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            key,
            derived,
            salt: default,
            info: LengthPrefixed.Encode(purpose, tenant, domain)
        );
        return derived;
    }
}
