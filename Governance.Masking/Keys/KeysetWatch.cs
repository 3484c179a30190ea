using System.Security.Cryptography;

namespace Governance.Masking.Keys;

/// <summary>
/// Follows <c>keyset.json</c> for one process, and says in the folder which version the process holds. Its caller has
/// the turn (<see cref="EnterAsync"/>).
/// </summary>
internal sealed class KeysetWatch : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly KeysetFiles _files;
    private readonly KeysetReaders? _reader;
    private KeysetVersion _held;
    private bool _isAnnounced = true;

    private KeysetWatch(KeysetFiles files, KeysetReaders? reader, KeysetVersion held)
    {
        _files = files;
        _reader = reader;
        _held = held;
    }

    /// <summary>Why the newest version is refused, or <see langword="null"/>.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads the keyset and announces this process, as one step that no rotation can come between.</summary>
    public static async Task<(TinkKeyset Keyset, KeysetWatch Watch)> StartAsync(
        KeysetFiles files,
        CancellationToken cancellationToken
    )
    {
        using var held = await KeysFolderLock.TryAcquireAsync(files.Folder, cancellationToken);

        // Where the folder cannot be written, nobody can be told; nobody of this user rotates there either.
        var reader = held is null ? null : KeysetReaders.Join(files.Folder);
        try
        {
            var version = await files.ReadAsync(KeysetFiles.Name, cancellationToken);
            if (held is not null)
            {
                new KeyTimes(files.Folder).Begin(version.Keyset, files.ChangedAt(KeysetFiles.Name));
            }

            reader?.Announce(version.Version);
            return (version.Keyset, new KeysetWatch(files, reader, version));
        }
        catch
        {
            reader?.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the turn; it ends when what is given is disposed of.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    /// <summary>The new version, checked whole, or <see langword="null"/> where the file is as it was.</summary>
    /// <exception cref="KeyMaterialException">It is refused; <see cref="Fault"/> says why.</exception>
    public async Task<KeysetVersion?> ReadChangedAsync(CancellationToken cancellationToken)
    {
        Announce();
        try
        {
            var changed = await _files.ReadOtherAsync(KeysetFiles.Name, _held.Version, cancellationToken);
            if (changed is not null)
            {
                CheckSuccession(_held.Keyset, changed.Keyset);
            }

            Fault = null;
            return changed;
        }
        catch (KeyMaterialException exception)
        {
            Fault = exception.Message;
            throw;
        }
    }

    /// <summary>The version of the key encryption key that wrapped what is held, where that was noted.</summary>
    public string? WrappedBy => _files.WrappedBy(KeysetFiles.Name, _held.Version);

    /// <summary>Has the key encryption key open both keysets once more.</summary>
    /// <param name="index">The keyset of blind indexes, as it was read.</param>
    /// <param name="cancellationToken">Stops waiting for the key encryption key.</param>
    /// <exception cref="KeyMaterialException">It does not open one, or may not be used any more.</exception>
    public async Task ConfirmAsync(KeysetVersion index, CancellationToken cancellationToken)
    {
        // Both: a version that wrapped either of them alone would be missed at the next start, when it is too late.
        await _files.ConfirmAsync(KeysetFiles.Name, _held.Content, cancellationToken);
        await _files.ConfirmAsync(KeysetFiles.IndexName, index.Content, cancellationToken);
    }

    /// <summary>The version is in force in this process.</summary>
    public void Accept(KeysetVersion version)
    {
        _held = version;
        _isAnnounced = false;
        Announce();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _reader?.Dispose();
        _turn.Dispose();
    }

    // A disk may be full for a while: until it is told, no key is promoted, and the next turn tells it.
    private void Announce()
    {
        if (!_isAnnounced)
        {
            _reader?.Announce(_held.Version);
            _isAnnounced = true;
        }
    }

    // A keyset of other keys is a wrong backup, or another service's: what was written since the start would be lost to it.
    private static void CheckSuccession(TinkKeyset before, TinkKeyset after)
    {
        if (after.Keys.All(key => key.Id != before.PrimaryKeyId))
        {
            throw new KeyMaterialException(
                $"The changed keyset lacks the key {before.PrimaryKeyId}, which this process writes with. Put back the keyset that holds it; if it was destroyed on purpose, start the process again."
            );
        }

        foreach (var key in after.Keys)
        {
            if (
                before.Keys.FirstOrDefault(other => other.Id == key.Id) is { } other
                && !CryptographicOperations.FixedTimeEquals(other.Material, key.Material)
            )
            {
                throw new KeyMaterialException(
                    $"The changed keyset holds another key under the id {key.Id}. Restore the keyset from its backup."
                );
            }
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
