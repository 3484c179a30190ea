using System.Runtime.CompilerServices;
using Apache.Arrow;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Api.Features.Query.RunQuery;

/// <summary>
/// A query whose first rows are there. The ledger has its entry before anybody sees a row: where one batch is all, with its row count; else
/// it says first that the query is being answered, and with which count at the end.
/// </summary>
internal sealed class RunningQuery(QueryEntry entry, QueriedStatement statement, GovernedRows rows) : IAsyncDisposable
{
    /// <summary>The query's id, as the ledger has it.</summary>
    public Guid Id => entry.Id;

    public Schema Schema => rows.Schema;

    public IReadOnlyList<string> Datasets => rows.Datasets;

    /// <summary>Why the answer is not whole; <see langword="null"/> where it is.</summary>
    public QueryRefusal? Stopped { get; private set; }

    /// <summary>The rows, batch by batch. Where the query is stopped, they end and <see cref="Stopped"/> says why.</summary>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long count = 0;
        var isTold = false;
        var batches = rows.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = batches;
        RecordBatch? held = null;
        try
        {
            while (await NextAsync(batches))
            {
                if (held is { } before)
                {
                    if (!isTold)
                    {
                        await entry.StartedAsync(statement);
                        isTold = true;
                    }

                    held = null;
                    count += before.Length;
                    yield return before;
                }

                held = batches.Current;
            }

            var last = held?.Length ?? 0;
            await entry.AnsweredAsync(statement, count + last, Stopped?.Code);
            if (held is { } end)
            {
                held = null;
                count += end.Length;
                yield return end;
            }

            isTold = false;
        }
        finally
        {
            held?.Dispose();
            if (isTold)
            {
                // The reader left, or the warehouse failed, in between.
                await entry.AnsweredAsync(statement, count, Stopped?.Code ?? "abandoned");
            }
        }
    }

    public ValueTask DisposeAsync() => rows.DisposeAsync();

    private async Task<bool> NextAsync(IAsyncEnumerator<RecordBatch> batches)
    {
        try
        {
            return await batches.MoveNextAsync();
        }
        catch (QueryStoppedException stopped)
        {
            Stopped = stopped.Refusal;
            return false;
        }
    }
}
