using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Masking.Kafka;

/// <summary>Where masked records land. An append and its positions are one transaction, so that a replay adds nothing.</summary>
public interface IMaskedSink
{
    /// <summary>Creates the dataset's table, or widens it, so that it holds records of this schema.</summary>
    /// <exception cref="SinkSchemaException">The table cannot hold both its rows and records of this schema.</exception>
    Task EnsureTableAsync(Dataset dataset, MaskedSchema schema, CancellationToken cancellationToken);

    /// <summary>The next offset to consume, by topic and partition, as committed with the rows; absent where none is.</summary>
    /// <param name="source">Names the log that offsets count in: a Kafka cluster's id.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadPositionsAsync(
        string source,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Enters the one write gate alone and leaves it when the lease is disposed. An erasure holds it from its closure through its last
    /// statement; the members of this port may be called while the caller holds it.
    /// </summary>
    ValueTask<IAsyncDisposable> EnterWriteAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Enters the write gate to land, and leaves it when the lease is disposed. The interceptor holds it from the suppression check
    /// through the append: possibly beside others that land, never beside an erasure.
    /// </summary>
    ValueTask<IAsyncDisposable> EnterLandingAsync(CancellationToken cancellationToken) =>
        EnterWriteAsync(cancellationToken);

    /// <summary>
    /// Appends rows and moves positions, all or nothing. Positions never move back: a batch with a row or a position below
    /// the stored position is refused whole.
    /// </summary>
    /// <exception cref="SinkPositionException">The batch was appended before. Read the positions again.</exception>
    /// <exception cref="SinkRowException">A row is refused for what it holds; trying again will not help.</exception>
    Task AppendAsync(MaskedBatch batch, CancellationToken cancellationToken);

    /// <summary>Tries to append rows and takes them back: tells whether the warehouse would refuse them for what they hold.</summary>
    /// <exception cref="SinkRowException">It would.</exception>
    Task ProbeAsync(MaskedRows rows, CancellationToken cancellationToken);
}

/// <summary>What one append lands.</summary>
/// <param name="Source">Names the log that offsets count in.</param>
/// <param name="Rows">Masked rows, by dataset.</param>
/// <param name="Positions">The next offset to consume, for each topic and partition of the batch.</param>
/// <param name="Replayed">Whether the rows come out of quarantine: a row whose origin was replayed before is left out, positions stay.</param>
public sealed record MaskedBatch(
    string Source,
    IReadOnlyList<MaskedRows> Rows,
    IReadOnlyDictionary<(string Topic, int Partition), long> Positions,
    bool Replayed = false
);

/// <summary>Masked rows of one dataset and one schema.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Schema">The shape of all rows.</param>
/// <param name="Rows">The rows.</param>
public sealed record MaskedRows(Dataset Dataset, MaskedSchema Schema, IReadOnlyList<MaskedRow> Rows);

/// <summary>A table cannot hold both its rows and records of a new schema. The message names table and column.</summary>
public sealed class SinkSchemaException(string message) : Exception(message);

/// <summary>The warehouse refuses a row for what it holds. The message never holds a value.</summary>
public sealed class SinkRowException(string message) : Exception(message);

/// <summary>
/// A batch lies behind the position stored for its topic and partition: someone appended it before. Nothing of it was written;
/// the caller's view of the positions is stale and must be read again.
/// </summary>
public sealed class SinkPositionException(string message) : Exception(message);
