using System.Collections.Concurrent;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Jobs;

/// <summary>
/// How many statements change one table at a time, from this process. BigQuery runs two and queues twenty, then fails; what waits here
/// waits in nobody's way. https://cloud.google.com/bigquery/docs/data-manipulation-language#update_delete_merge_dml_concurrency
/// </summary>
internal sealed class TableGates(int most)
{
    private readonly ConcurrentDictionary<TableReference, SemaphoreSlim> _gates = new();

    /// <summary>Waits for a place, which is given back when the result is disposed of.</summary>
    public async Task<Place> EnterAsync(TableReference? table, CancellationToken cancellationToken)
    {
        if (table is null)
        {
            return new Place(null);
        }

        var gate = _gates.GetOrAdd(table, _ => new SemaphoreSlim(most, most));
        await gate.WaitAsync(cancellationToken);
        return new Place(gate);
    }

    /// <summary>A place, given back once.</summary>
    internal sealed class Place(SemaphoreSlim? gate) : IDisposable
    {
        private SemaphoreSlim? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Release();
    }
}
