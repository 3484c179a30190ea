namespace Governance.Masking.Keys;

/// <summary>
/// The key that wraps keysets; it stays where it lives (a key management service, or a local file) and is asked once per
/// keyset at start, never per value. Ciphertexts have the form of Tink's AEAD, so Tink opens what was wrapped here.
/// </summary>
public interface IKeyEncryptionKey
{
    /// <summary>Names the key; safe to log.</summary>
    Uri Uri { get; }

    /// <summary>Encrypts, bound to associated data.</summary>
    ValueTask<byte[]> EncryptAsync(
        ReadOnlyMemory<byte> plain,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    );

    /// <summary>Decrypts and verifies.</summary>
    /// <exception cref="KeyMaterialException">
    /// The ciphertext is not of this key, or not of this associated data; or the key may not be used.
    /// </exception>
    /// <exception cref="KeysUnavailableException">The service that keeps the key is away.</exception>
    ValueTask<byte[]> DecryptAsync(
        ReadOnlyMemory<byte> ciphertext,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    );

    /// <summary>Encrypts, bound to associated data, and says which version of the key did.</summary>
    async ValueTask<VersionedCiphertext> EncryptVersionedAsync(
        ReadOnlyMemory<byte> plain,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    ) => new(await EncryptAsync(plain, associatedData, cancellationToken), null);
}
