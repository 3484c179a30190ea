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

    /// <summary>
    /// Takes in what other processes added: all that was committed when this was called is in force when it returns. Whoever lands calls
    /// it inside the write gate, for every batch, so it must be cheap where nothing was added.
    /// </summary>
    ValueTask RefreshAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
