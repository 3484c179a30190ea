using System.Security.Cryptography;
using System.Text;

namespace Governance.Masking.Keys;

/// <summary>A tenant's keyset files: how they are read, checked and replaced.</summary>
/// <param name="folder">Holds them.</param>
/// <param name="kek">Wraps them.</param>
/// <param name="tenant">Whose they are.</param>
internal sealed class KeysetFiles(string folder, IKeyEncryptionKey kek, string tenant)
{
    /// <summary>The keyset that rotates.</summary>
    public const string Name = "keyset.json";

    /// <summary>The keyset of blind indexes, which never does.</summary>
    public const string IndexName = "index-keyset.json";

    private readonly KeysetWrappings _wrappings = new(folder);

    /// <summary>Where they stand.</summary>
    public string Folder => folder;

    /// <summary>Makes a keyset with a new random key where there is none.</summary>
    public async Task EnsureAsync(string name, CancellationToken cancellationToken)
    {
        if (!File.Exists(PathOf(name)))
        {
            var wrapped = await EncryptAsync(name, TinkKeyset.Generate(TinkKeyType.AesSiv), cancellationToken);

            // Where another process was first, its keys count.
            if (SecretFile.TryCreate(PathOf(name), wrapped.Ciphertext.ToArray()))
            {
                Note(name, wrapped);
            }
        }
    }

    /// <summary>Reads a keyset as its file holds it now.</summary>
    /// <exception cref="KeyMaterialException">There is none, or it cannot be used.</exception>
    public async Task<KeysetVersion> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var content = ReadContent(name);
        return new KeysetVersion(Hash(content), await DecryptAsync(name, content, cancellationToken))
        {
            Content = content,
        };
    }

    /// <summary>Reads a keyset where its file is not of this version any more; else <see langword="null"/>.</summary>
    /// <exception cref="KeyMaterialException">There is none, or it cannot be used.</exception>
    public async Task<KeysetVersion?> ReadOtherAsync(string name, string version, CancellationToken cancellationToken)
    {
        var content = ReadContent(name);
        var hash = Hash(content);
        return string.Equals(hash, version, StringComparison.Ordinal)
            ? null
            : new KeysetVersion(hash, await DecryptAsync(name, content, cancellationToken)) { Content = content };
    }

    /// <summary>
    /// Has the key encryption key open a keyset once more: the file as it is now, which may have been wrapped anew, or else what was read of it
    /// before.
    /// </summary>
    /// <exception cref="KeyMaterialException">It does not, or may not any more.</exception>
    public async Task ConfirmAsync(string name, byte[] before, CancellationToken cancellationToken)
    {
        try
        {
            if (SecretFile.TryRead(PathOf(name)) is { } now && !now.AsSpan().SequenceEqual(before))
            {
                (await DecryptAsync(name, now, cancellationToken)).Clear();
                return;
            }
        }
        catch (Exception exception) when (exception is KeyMaterialException or IOException)
        {
            // A file that is refused is told of by whoever reloads it; whether the key may be used is another question.
        }

        (await DecryptAsync(name, before, cancellationToken)).Clear();
    }

    /// <summary>The version of the key encryption key that wrapped a keyset, where that was noted.</summary>
    public string? WrappedBy(string name, string version) => _wrappings.Find(name, version);

    /// <summary>The same of a keyset as its file holds it now.</summary>
    public string? WrappedBy(string name) => WrappedBy(name, Hash(ReadContent(name)));

    /// <summary>Replaces a keyset, whole or not at all; once this returns, it survives a power cut. Under the folder's lock.</summary>
    public async Task WriteAsync(string name, TinkKeyset keyset, CancellationToken cancellationToken)
    {
        var wrapped = await EncryptAsync(name, keyset, cancellationToken);
        SecretFile.Replace(PathOf(name), wrapped.Ciphertext.ToArray());
        Note(name, wrapped);
    }

    /// <summary>When a keyset's file was written.</summary>
    public DateTimeOffset ChangedAt(string name) => new(File.GetLastWriteTimeUtc(PathOf(name)), TimeSpan.Zero);

    private string PathOf(string name) => Path.Combine(folder, name);

    private byte[] ReadContent(string name)
    {
        try
        {
            return SecretFile.TryRead(PathOf(name))
                ?? throw new KeyMaterialException(
                    $"The keyset {PathOf(name)} is missing. Restore it from its backup, or start the service once to have one made."
                );
        }
        catch (IOException exception)
        {
            throw new KeyMaterialException($"The keyset {PathOf(name)} cannot be read. Try again.", exception);
        }
    }

    private void Note(string name, VersionedCiphertext wrapped) =>
        _wrappings.Note(name, Hash(wrapped.Ciphertext.Span), wrapped.KeyVersion);

    private ValueTask<VersionedCiphertext> EncryptAsync(
        string name,
        TinkKeyset keyset,
        CancellationToken cancellationToken
    ) => keyset.EncryptAsync(kek, Context(name), cancellationToken);

    private async Task<TinkKeyset> DecryptAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            var keyset = await TinkKeyset.DecryptAsync(content, kek, Context(name), cancellationToken);
            return keyset.Keys.All(key => key.Type == TinkKeyType.AesSiv)
                ? keyset
                : throw new KeyMaterialException("It holds keys of another type than AES-SIV.");
        }
        catch (KeyMaterialException exception)
        {
            if (name is IndexName && !exception.IsWithdrawn && await IsOfFirstFormatAsync(content, cancellationToken))
            {
                throw new KeyMaterialException(
                    $"The keyset {PathOf(name)} is of an earlier format: this version computes blind indexes in another way, and would find none of the vault's rows. Nothing converts them. Go on with the version that made the folder, or move the whole data folder away, start, and mask the topics again from their beginning.",
                    exception
                );
            }

            throw new KeyMaterialException($"The keyset {PathOf(name)} cannot be used. {exception.Message}", exception)
            {
                IsWithdrawn = exception.IsWithdrawn,
            };
        }
    }

    // Its blind indexes were HMACs.
    private async Task<bool> IsOfFirstFormatAsync(byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            _ = await TinkKeyset.DecryptAsync(
                content,
                kek,
                Encoding.UTF8.GetBytes($"{tenant}/index"),
                cancellationToken
            );
            return true;
        }
        catch (KeyMaterialException)
        {
            return false;
        }
    }

    // Binds a file to its tenant and its purpose: exchanged files do not open. And the index keyset to how blind indexes are
    // computed (2: AES-CMAC): in another way no row would be found, and nothing would say so.
    private byte[] Context(string name) => Encoding.UTF8.GetBytes(name is IndexName ? $"{tenant}/index/2" : tenant);

    private static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>A keyset, and the SHA-256 of the file that held it.</summary>
internal sealed record KeysetVersion(string Version, TinkKeyset Keyset)
{
    /// <summary>The file's content: the keyset as it was wrapped.</summary>
    public byte[] Content { get; init; } = [];
}
