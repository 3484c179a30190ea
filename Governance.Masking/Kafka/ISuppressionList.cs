using Governance.Masking.Vault;

namespace Governance.Masking.Kafka;

/// <summary>
/// The identifiers of erased people, as keyed hashes: the interceptor drops late and replayed events about them. Asked for
/// every record, so it answers from memory. Safe for concurrent callers.
/// </summary>
public interface ISuppressionList
{
    /// <summary>Whether events about this identifier are dropped.</summary>
    bool Contains(in IdentifierKey key);

    /// <summary>Since when events about this identifier are dropped; <see langword="null"/> where they are not.</summary>
    DateTimeOffset? SuppressedSince(in IdentifierKey key) => Contains(key) ? DateTimeOffset.MaxValue : null;

    /// <summary>Whether an event about this identifier is dropped.</summary>
    /// <param name="key">The identifier.</param>
    /// <param name="eventTime">When the event happened, by its Kafka timestamp.</param>
    /// <param name="startsAnew">
    /// Whether the contract takes an event that is newer than the erasure as the beginning of a new relationship
    /// (<see cref="Contracts.Dataset.StartsAnew"/>).
    /// </param>
    bool Drops(in IdentifierKey key, DateTimeOffset eventTime, bool startsAnew) =>
        startsAnew ? SuppressedSince(key) is { } since && eventTime <= since : Contains(key);

    /// <summary>
    /// Takes in what other processes added: all that was committed when this was called is in force when it returns. Whoever lands calls
    /// it inside the write gate, for every batch, so it must be cheap where nothing was added.
    /// </summary>
    ValueTask RefreshAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
