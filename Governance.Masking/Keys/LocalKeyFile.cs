using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Governance.Masking.Keys;

/// <summary>
/// A key encryption key in a local file, for development and single machines. The file is a Tink cleartext JSON keyset with
/// AES-256-GCM keys, of mode 0600; in production the key lives in a key management service.
/// </summary>
public sealed class LocalKeyFile : IKeyEncryptionKey
{
    private const int PrefixLength = 5;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly TinkKeyset _keyset;

    private LocalKeyFile(string path, TinkKeyset keyset)
    {
        _keyset = keyset;
        Uri = new Uri($"local-key-file://{Path.GetFullPath(path)}");
    }

    /// <inheritdoc />
    public Uri Uri { get; }

    /// <summary>Opens the key file; makes one with a new random key where there is none (its folder too, mode 0700).</summary>
    /// <param name="path">The file, such as <c>keys/kek.json</c>.</param>
    /// <exception cref="KeyMaterialException">
    /// Others can read or write the file, it is a symbolic link, or it is malformed. Nothing is repaired: a person decides.
    /// </exception>
    public static LocalKeyFile LoadOrCreate(string path)
    {
        if (SecretFile.TryRead(path) is { } existing)
        {
            return Load(path, existing);
        }

        SecretFile.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var keyset = TinkKeyset.Generate(TinkKeyType.AesGcm);
        return SecretFile.TryCreate(path, Encoding.UTF8.GetBytes(keyset.ToJson()))
            ? new LocalKeyFile(path, keyset)
            // Another process was first: its key counts.
            : Load(path, SecretFile.TryRead(path) ?? []);
    }

    /// <inheritdoc />
    public ValueTask<byte[]> EncryptAsync(
        ReadOnlyMemory<byte> plain,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    )
    {
        var key = _keyset.Primary;
        var output = new byte[PrefixLength + NonceLength + plain.Length + TagLength];
        output[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(output.AsSpan(1), key.Id);
        var nonce = output.AsSpan(PrefixLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Material, TagLength);
        aes.Encrypt(
            nonce,
            plain.Span,
            output.AsSpan(PrefixLength + NonceLength, plain.Length),
            output.AsSpan(output.Length - TagLength),
            associatedData.Span
        );
        return ValueTask.FromResult(output);
    }

    /// <inheritdoc />
    public ValueTask<byte[]> DecryptAsync(
        ReadOnlyMemory<byte> ciphertext,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    )
    {
        var bytes = ciphertext.Span;
        if (bytes.Length < PrefixLength + NonceLength + TagLength || bytes[0] != 1)
        {
            throw new KeyMaterialException("The wrapped key is malformed. Restore it from its backup.");
        }

        var id = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        var key =
            _keyset.Keys.FirstOrDefault(key => key.Id == id && key.Enabled)
            ?? throw new KeyMaterialException(
                $"It was wrapped by the key {id}, which {Uri.LocalPath} does not hold. Restore the key file that it was made with."
            );
        var plain = new byte[bytes.Length - PrefixLength - NonceLength - TagLength];
        using var aes = new AesGcm(key.Material, TagLength);
        try
        {
            aes.Decrypt(
                bytes.Slice(PrefixLength, NonceLength),
                bytes[(PrefixLength + NonceLength)..^TagLength],
                bytes[^TagLength..],
                plain,
                associatedData.Span
            );
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new KeyMaterialException(
                "The wrapped key was altered, or belongs to another tenant. Restore it from its backup.",
                exception
            );
        }

        return ValueTask.FromResult(plain);
    }

    private static LocalKeyFile Load(string path, byte[] content)
    {
        try
        {
            var keyset = TinkKeyset.FromJson(content);
            return keyset.Keys.All(key => key.Type == TinkKeyType.AesGcm)
                ? new LocalKeyFile(path, keyset)
                : throw new KeyMaterialException("It holds keys of another type than AES-256-GCM.");
        }
        catch (KeyMaterialException exception)
        {
            throw new KeyMaterialException(
                $"The key file {path} cannot be used: it is not a keyset of AES-256-GCM keys. Restore it from its backup; a new key would not open what the old one wrapped.",
                exception
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
