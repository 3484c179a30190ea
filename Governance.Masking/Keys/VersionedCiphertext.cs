namespace Governance.Masking.Keys;

/// <summary>What a key encryption key encrypted.</summary>
/// <param name="Ciphertext">Opened by <see cref="IKeyEncryptionKey.DecryptAsync"/>.</param>
/// <param name="KeyVersion">The version of the key that did, safe to log; <see langword="null"/> where the key tells none.</param>
public sealed record VersionedCiphertext(ReadOnlyMemory<byte> Ciphertext, string? KeyVersion);
