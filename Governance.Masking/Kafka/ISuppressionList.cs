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

    /// <summary>
    /// Notes that identifiers belong to somebody who has begun anew: by an event that is newer than the erasure, of a dataset whose contract takes
    /// it so (<see cref="Contracts.Dataset.StartsAnew"/>). They stay on the list, so that what is older than the erasure is dropped still.
    /// When this returns it survives a crash. Called inside the write gate.
    /// </summary>
    ValueTask RenewAsync(IReadOnlyCollection<IdentifierKey> keys, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <summary>
    /// Takes in what other processes added: all that was committed when this was called is in force when it returns. Whoever lands calls
    /// it inside the write gate, for every batch, so it must be cheap where nothing was added.
    /// </summary>
    ValueTask RefreshAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
