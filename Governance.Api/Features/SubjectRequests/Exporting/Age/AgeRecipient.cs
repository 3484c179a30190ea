using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace Governance.Api.Features.SubjectRequests.Exporting.Age;

/// <summary>Whom a file is encrypted to: wraps its file key in a stanza of the header.</summary>
/// <remarks>https://age-encryption.org/v1</remarks>
internal abstract class AgeRecipient
{
    /// <summary>The stanza: its first line without the arrow, and its body.</summary>
    public abstract AgeStanza Wrap(ReadOnlySpan<byte> fileKey);

    /// <summary>ChaCha20-Poly1305 with a nonce of zeros: each key wraps one file key.</summary>
    protected static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> fileKey)
    {
        var body = new byte[fileKey.Length + AgeWriter.TagSize];
        using var cipher = new ChaCha20Poly1305(key);
        cipher.Encrypt(
            stackalloc byte[AgeWriter.NonceSize],
            fileKey,
            body.AsSpan(0, fileKey.Length),
            body.AsSpan(fileKey.Length)
        );
        return body;
    }
}

/// <summary>A stanza of an age header.</summary>
internal sealed record AgeStanza(string Line, byte[] Body);

/// <summary>A passphrase, by scrypt.</summary>
/// <param name="passphrase">The passphrase as UTF-8.</param>
/// <param name="workFactor">The logarithm of scrypt's cost; 18 is what age itself takes.</param>
internal sealed class PassphraseRecipient(byte[] passphrase, int workFactor) : AgeRecipient
{
    private const int SaltSize = 16;
    private const int BlockSize = 8;

    public override AgeStanza Wrap(ReadOnlySpan<byte> fileKey)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        byte[] labelled = [.. "age-encryption.org/v1/scrypt"u8, .. salt];
        var key = SCrypt.Generate(passphrase, labelled, 1 << workFactor, BlockSize, 1, AgeWriter.KeySize);
        try
        {
            return new AgeStanza(
                string.Create(CultureInfo.InvariantCulture, $"scrypt {AgeWriter.Base64(salt)} {workFactor}"),
                Seal(key, fileKey)
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

/// <summary>A public key, by X25519.</summary>
internal sealed class PublicKeyRecipient : AgeRecipient
{
    private const string Hrp = "age";
    private readonly byte[] _recipient;

    private PublicKeyRecipient(byte[] recipient) => _recipient = recipient;

    /// <summary>Reads an age public key, <c>age1…</c>; <see langword="null"/> where it is none.</summary>
    public static PublicKeyRecipient? TryParse(string text) =>
        Bech32.TryDecode(text.Trim(), Hrp) is { Length: X25519.PointSize } point ? new PublicKeyRecipient(point) : null;

    public override AgeStanza Wrap(ReadOnlySpan<byte> fileKey)
    {
        var ephemeral = RandomNumberGenerator.GetBytes(X25519.ScalarSize);
        var share = new byte[X25519.PointSize];
        var secret = new byte[X25519.PointSize];
        try
        {
            X25519.ScalarMultBase(ephemeral, 0, share, 0);
            if (!X25519.CalculateAgreement(ephemeral, 0, _recipient, 0, secret, 0))
            {
                throw new CryptographicException(
                    "The public key is a point of low order: nothing can be encrypted to it."
                );
            }

            byte[] salt = [.. share, .. _recipient];
            var key = HKDF.DeriveKey(
                HashAlgorithmName.SHA256,
                secret,
                AgeWriter.KeySize,
                salt,
                Encoding.ASCII.GetBytes("age-encryption.org/v1/X25519")
            );
            return new AgeStanza($"X25519 {AgeWriter.Base64(share)}", Seal(key, fileKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(ephemeral);
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
