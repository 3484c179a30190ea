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

    /// <summary>Where they stand.</summary>
    public string Folder => folder;

    /// <summary>Loads a keyset; makes it with a new random key where there is none.</summary>
    public async Task<TinkKeyset> LoadOrCreateAsync(string name, CancellationToken cancellationToken)
    {
        if (SecretFile.TryRead(PathOf(name)) is not { } content)
        {
            var keyset = TinkKeyset.Generate(TinkKeyType.AesSiv);
            if (SecretFile.TryCreate(PathOf(name), await EncryptAsync(name, keyset, cancellationToken)))
            {
                return keyset;
            }

            // Another process was first: its keys count.
            content = SecretFile.TryRead(PathOf(name)) ?? [];
        }

        return await DecryptAsync(name, content, cancellationToken);
    }

    /// <summary>Reads a keyset as its file holds it now.</summary>
    /// <exception cref="KeyMaterialException">There is none, or it cannot be used.</exception>
    public async Task<KeysetVersion> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var content = ReadContent(name);
        return new KeysetVersion(Hash(content), await DecryptAsync(name, content, cancellationToken));
    }

    /// <summary>Reads a keyset where its file is not of this version any more; else <see langword="null"/>.</summary>
    /// <exception cref="KeyMaterialException">There is none, or it cannot be used.</exception>
    public async Task<KeysetVersion?> ReadOtherAsync(string name, string version, CancellationToken cancellationToken)
    {
        var content = ReadContent(name);
        var hash = Hash(content);
        return string.Equals(hash, version, StringComparison.Ordinal)
            ? null
            : new KeysetVersion(hash, await DecryptAsync(name, content, cancellationToken));
    }

    /// <summary>Replaces a keyset, whole or not at all; once this returns, it survives a power cut. Under the folder's lock.</summary>
    public async Task WriteAsync(string name, TinkKeyset keyset, CancellationToken cancellationToken) =>
        SecretFile.Replace(PathOf(name), await EncryptAsync(name, keyset, cancellationToken));

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

    private ValueTask<byte[]> EncryptAsync(string name, TinkKeyset keyset, CancellationToken cancellationToken) =>
        keyset.EncryptAsync(kek, Context(name), cancellationToken);

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
            if (name is IndexName && await IsOfFirstFormatAsync(content, cancellationToken))
            {
                throw new KeyMaterialException(
                    $"The keyset {PathOf(name)} is of an earlier format: this version computes blind indexes in another way, and would find none of the vault's rows. Nothing converts them. Go on with the version that made the folder, or move the whole data folder away, start, and mask the topics again from their beginning.",
                    exception
                );
            }

            throw new KeyMaterialException($"The keyset {PathOf(name)} cannot be used. {exception.Message}", exception);
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

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>A keyset, and the SHA-256 of the file that held it.</summary>
internal sealed record KeysetVersion(string Version, TinkKeyset Keyset);
