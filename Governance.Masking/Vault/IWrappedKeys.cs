namespace Governance.Masking.Vault;

/// <summary>A vault's wrapped subject keys, by the key of the keyset that wraps them. Safe for concurrent callers.</summary>
public interface IWrappedKeys
{
    /// <summary>How many rows each key wraps.</summary>
    ValueTask<IReadOnlyDictionary<uint, long>> CountByKeyAsync(CancellationToken cancellationToken);

    /// <summary>Rows that other keys wrap, in the order of their identifier keys.</summary>
    /// <param name="keyId">The key whose rows are left out.</param>
    /// <param name="after">Rows behind this one; <see langword="null"/> from the beginning.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    ValueTask<IReadOnlyList<VaultRow>> FindNotWrappedByAsync(
        uint keyId,
        IdentifierKey? after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Replaces wrapped keys, in one transaction. A row whose wrapped key is not the one that was read is passed over: it was destroyed
    /// or replaced meanwhile.
    /// </summary>
    /// <returns>How many were replaced.</returns>
    ValueTask<int> ReplaceAsync(IReadOnlyCollection<RewrappedKey> keys, CancellationToken cancellationToken);
}

/// <summary>A subject key that was wrapped anew.</summary>
/// <param name="Key">The row.</param>
/// <param name="Before">Its wrapped key as it was read.</param>
/// <param name="After">The same subject key, wrapped by another key.</param>
public sealed record RewrappedKey(IdentifierKey Key, byte[] Before, byte[] After);
