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

    private readonly string _path;
    private volatile TinkKeyset _keyset;

    private LocalKeyFile(string path, TinkKeyset keyset)
    {
        _path = Path.GetFullPath(path);
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

    /// <summary>Opens the key file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="KeyMaterialException">There is none, or it cannot be used.</exception>
    public static LocalKeyFile Load(string path) =>
        Load(
            path,
            SecretFile.TryRead(path)
                ?? throw new KeyMaterialException(
                    $"There is no key file {path}. Name the data directory that holds keys/kek.json."
                )
        );

    /// <summary>
    /// Adds a random key, which wraps from now on; the ones before still open what they wrapped. Processes that run with the file read
    /// it again when they meet a key that they do not know.
    /// </summary>
    /// <returns>The new key's id.</returns>
    public async Task<uint> RotateAsync(CancellationToken cancellationToken)
    {
        using var held = await KeysFolderLock.AcquireAsync(Path.GetDirectoryName(_path)!, cancellationToken);
        Refresh();
        var added = _keyset.Add(TinkKeyType.AesGcm);
        var id = added.Keys[^1].Id;
        Replace(added.Promote(id));
        return id;
    }

    /// <summary>Removes every key but the one that wraps. What the others wrapped must have been wrapped anew before.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> DropOldAsync(CancellationToken cancellationToken)
    {
        using var held = await KeysFolderLock.AcquireAsync(Path.GetDirectoryName(_path)!, cancellationToken);
        Refresh();
        var before = _keyset;
        Replace(before with { Keys = [before.Primary] });
        return before.Keys.Length - 1;
    }

    /// <inheritdoc />
    public ValueTask<byte[]> EncryptAsync(
        ReadOnlyMemory<byte> plain,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    )
    {
        // Seldom asked, and never to be under a key that the file has lost meanwhile: the file counts, not what was read of it once.
        Refresh();
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
        if (Find(id) is null)
        {
            // The file was rotated since it was read.
            Refresh();
        }

        var key =
            Find(id)
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

    private TinkKey? Find(uint id) => _keyset.Keys.FirstOrDefault(key => key.Id == id && key.Enabled);

    private void Refresh() => _keyset = Load(_path)._keyset;

    private void Replace(TinkKeyset keyset)
    {
        var content = Encoding.UTF8.GetBytes(keyset.ToJson());
        SecretFile.Replace(_path, content);
        CryptographicOperations.ZeroMemory(content);
        _keyset = keyset;
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
