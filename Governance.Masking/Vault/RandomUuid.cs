using System.Security.Cryptography;

namespace Governance.Masking.Vault;

/// <summary>Version 4 UUIDs (RFC 9562) from the cryptographic generator: 122 random bits that nobody can guess.</summary>
internal static class RandomUuid
{
    public static Guid Create()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
