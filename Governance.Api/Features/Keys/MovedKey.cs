using Governance.Masking.Keys;

namespace Governance.Api.Features.Keys;

/// <summary>
/// A key encryption key that takes another one's place: what the one before wrapped is opened, and wrapped by the new one. Stopped half way, it is
/// run again.
/// </summary>
internal sealed class MovedKey(IKeyEncryptionKey before, IKeyEncryptionKey after) : IKeyEncryptionKey
{
    public Uri Uri => after.Uri;

    public ValueTask<byte[]> EncryptAsync(
        ReadOnlyMemory<byte> plain,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    ) => after.EncryptAsync(plain, associatedData, cancellationToken);

    public ValueTask<VersionedCiphertext> EncryptVersionedAsync(
        ReadOnlyMemory<byte> plain,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    ) => after.EncryptVersionedAsync(plain, associatedData, cancellationToken);

    public async ValueTask<byte[]> DecryptAsync(
        ReadOnlyMemory<byte> ciphertext,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await before.DecryptAsync(ciphertext, associatedData, cancellationToken);
        }
        catch (KeyMaterialException)
        {
            return await after.DecryptAsync(ciphertext, associatedData, cancellationToken);
        }
    }
}
