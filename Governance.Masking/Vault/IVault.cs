namespace Governance.Masking.Vault;

/// <summary>
/// Where identifiers live, and nowhere else: a row holds domain, blind index, surrogate, wrapped subject key and the sealed
/// identifier. Destroying a row makes its surrogate and all values sealed under its key meaningless in every copy.
/// Safe for concurrent callers.
/// </summary>
public interface IVault
{
    /// <summary>
    /// Finds or inserts a whole batch in one transaction. A candidate whose (domain, index) is taken already is ignored,
    /// and the stored row is returned in its place.
    /// </summary>
    /// <param name="candidates">New rows, with distinct keys; they are stored only where no row stands.</param>
    /// <param name="cancellationToken">Stops before the transaction commits.</param>
    /// <returns>The stored rows, in the order of <paramref name="candidates"/>.</returns>
    ValueTask<IReadOnlyList<VaultRow>> GetOrAddAsync(
        IReadOnlyList<VaultRow> candidates,
        CancellationToken cancellationToken
    );

    /// <summary>Finds rows by blind index; missing ones are absent from the answer.</summary>
    ValueTask<IReadOnlyList<VaultRow>> FindAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        CancellationToken cancellationToken
    );

    /// <summary>Finds rows by surrogate; missing ones are absent from the answer.</summary>
    ValueTask<IReadOnlyList<VaultRow>> FindBySurrogateAsync(
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Destroys rows so that their bytes are gone from the store's files, and notes it in the log of destructions, in the same
    /// transaction. Doing it again changes nothing.
    /// </summary>
    /// <returns>How many rows there were.</returns>
    ValueTask<int> DestroyAsync(IReadOnlyCollection<IdentifierKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a row in another's place, in one transaction: it keeps the surrogate, and stands under another key. The old row's bytes are
    /// gone from the store's files then, and the log of destructions tells that its key is to be forgotten.
    /// </summary>
    /// <param name="key">What the row stands under.</param>
    /// <param name="row">The row that takes its place: of the same surrogate and domain.</param>
    /// <param name="cancellationToken">Stops before the transaction commits.</param>
    ValueTask<VaultReplacement> ReplaceAsync(IdentifierKey key, VaultRow row, CancellationToken cancellationToken);

    /// <summary>
    /// What was destroyed since a position of the vault's log of destructions. All who keep rows ask every second, so the answer
    /// must be cheap where nothing happened.
    /// </summary>
    /// <param name="position">The position of the last answer; <see langword="null"/> to begin, which tells where the log stands.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <remarks>
    /// For whoever implements it. A destruction that was committed when the call began is told by it, or was by an earlier one:
    /// positions must become visible in their order, so where transactions can commit out of order, those that destroy must take
    /// turns. The log is a trace of whom it names: it holds half a blind index, and nothing longer than an hour. Whoever asks
    /// for more than it reaches back is told to forget everything.
    /// </remarks>
    ValueTask<Destructions> DestroyedSinceAsync(long? position, CancellationToken cancellationToken);

    /// <summary>How many rows there are.</summary>
    ValueTask<long> CountAsync(CancellationToken cancellationToken);
}

/// <summary>An identifier as the system knows it: never its plain value.</summary>
/// <param name="Domain">The identifier domain, such as <c>email</c>.</param>
/// <param name="Index">Keyed hash of the normalized identifier.</param>
public readonly record struct IdentifierKey(string Domain, BlindIndex Index);

/// <summary>One row of the vault.</summary>
/// <param name="Key">Domain and blind index.</param>
/// <param name="Surrogate">The random stand-in; a version 4 UUID.</param>
/// <param name="WrappedKey">The subject key (64 bytes, AES-256-SIV), wrapped by the tenant's keyset.</param>
/// <param name="SealedIdentifier">The identifier as it came, sealed under the subject key.</param>
public sealed record VaultRow(IdentifierKey Key, Guid Surrogate, byte[] WrappedKey, byte[] SealedIdentifier);

/// <summary>What came of <see cref="IVault.ReplaceAsync"/>.</summary>
public enum VaultReplacement
{
    /// <summary>The row stands in the other's place.</summary>
    Replaced,

    /// <summary>There was no row of this key and surrogate; nothing was changed.</summary>
    Missing,

    /// <summary>A row stands under the new key already; nothing was changed.</summary>
    Taken,
}
