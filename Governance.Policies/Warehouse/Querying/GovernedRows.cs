using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Apache.Arrow;

namespace Governance.Policies.Warehouse.Querying;

/// <summary>Rows as they come out of the warehouse, a batch at a time; few batches are held at once. Read it once, and dispose of it.</summary>
public sealed class GovernedRows : IAsyncDisposable
{
    private readonly ChannelReader<RecordBatch> _batches;
    private readonly Action _stop;

    internal GovernedRows(
        Schema schema,
        ImmutableArray<string> datasets,
        ChannelReader<RecordBatch> batches,
        Action stop
    )
    {
        Schema = schema;
        Datasets = datasets;
        _batches = batches;
        _stop = stop;
    }

    /// <summary>Names and types of the columns; a name may stand twice.</summary>
    public Schema Schema { get; }

    /// <summary>The datasets that are read.</summary>
    public ImmutableArray<string> Datasets { get; }

    /// <summary>The batches, each to be disposed of.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="QueryStoppedException">The query was stopped; what was read before is not the whole answer.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var batch in _batches.ReadAllAsync(cancellationToken))
        {
            yield return batch;
        }
    }

    /// <summary>Stops the query where it still runs.</summary>
    public ValueTask DisposeAsync()
    {
        _stop();
        while (_batches.TryRead(out var batch))
        {
            batch.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>A query was stopped after its first rows. The message is the refusal's, which holds no value.</summary>
public sealed class QueryStoppedException(QueryRefusal refusal) : Exception(refusal.Message)
{
    /// <summary>Why.</summary>
    public QueryRefusal Refusal { get; } = refusal;
}
