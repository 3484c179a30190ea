using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// The warehouse in one DuckDB file. Every write is one transaction behind one gate; reads see the last commit. Cancelling takes effect
/// between statements, and takes the transaction back.
/// </summary>
internal sealed class DuckDbWarehouse(DuckDbDatabase database, TimeProvider time) : IWarehouse, IDisposable
{
    private readonly WriteGate _gate = new();

    // Tables only ever widen, so one that held a schema once holds it for good.
    private readonly ConditionalWeakTable<MaskedSchema, ConcurrentDictionary<string, byte>> _shaped = [];

    public ValueTask<IAsyncDisposable> EnterWriteAsync(CancellationToken cancellationToken) =>
        _gate.EnterAsync(cancellationToken);

    public async Task EnsureTableAsync(Dataset dataset, MaskedSchema schema, CancellationToken cancellationToken)
    {
        var tables = _shaped.GetOrCreateValue(schema);
        if (!tables.ContainsKey(dataset.Name))
        {
            await WriteAsync(session => TableShaper.Shape(session, dataset.Name, schema), cancellationToken);
            tables[dataset.Name] = 0;
        }
    }

    public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadPositionsAsync(
        string source,
        CancellationToken cancellationToken
    ) => await database.RunAsync(session => Positions.Read(session, source), cancellationToken);

    public async Task AppendAsync(MaskedBatch batch, CancellationToken cancellationToken)
    {
        await EnsureTablesAsync(batch.Rows, cancellationToken);
        await WriteAsync(
            session =>
            {
                if (!batch.Replayed)
                {
                    Positions.Move(session, batch);
                }

                foreach (var rows in batch.Rows.Where(rows => rows.Rows.Count > 0))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (batch.Replayed)
                    {
                        RowInsert.InsertReplayed(session, batch.Source, rows, time.GetUtcNow());
                    }
                    else
                    {
                        RowInsert.Insert(session, batch.Source, rows, time.GetUtcNow());
                    }
                }
            },
            cancellationToken
        );
    }

    public async Task ProbeAsync(MaskedRows rows, CancellationToken cancellationToken)
    {
        await EnsureTablesAsync([rows], cancellationToken);
        await WriteAsync(
            session => RowInsert.Insert(session, source: "", rows, time.GetUtcNow()),
            cancellationToken,
            keep: false
        );
    }

    public Task<IReadOnlyList<TableState>> DescribeAsync(CancellationToken cancellationToken) =>
        database.RunAsync(TableStates.Read, cancellationToken);

    public Task<IReadOnlyList<string>> ReadNewestAsync(
        Dataset dataset,
        int limit,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => NewestRows.Read(session, dataset.Name, limit), cancellationToken);

    public Task<IReadOnlyCollection<LinkedIdentifier>> FollowAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> from,
        IReadOnlyList<Column> to,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => IdentifierQueries.Follow(session, keySet, dataset, from, to), cancellationToken);

    public Task AddKeysAsync(
        string keySet,
        IReadOnlyCollection<LinkedIdentifier> keys,
        CancellationToken cancellationToken
    ) => WriteAsync(session => KeySets.Add(session, keySet, keys), cancellationToken);

    public Task<IReadOnlyCollection<LinkedIdentifier>> ReadKeysAsync(
        string keySet,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => KeySets.Read(session, keySet), cancellationToken);

    public Task DropKeysAsync(string keySet, CancellationToken cancellationToken) =>
        WriteAsync(session => KeySets.Drop(session, keySet), cancellationToken);

    public async Task<ErasureOutcome> EraseAsync(ErasureJob job, CancellationToken cancellationToken)
    {
        if (job.Action is not (ErasureAction.Delete or ErasureAction.Clear))
        {
            throw new ArgumentException(
                $"An erasure job deletes or clears; {job.Action} changes nothing.",
                nameof(job)
            );
        }

        TableShaper.CheckName(job.Dataset.Name);
        ErasureOutcome? outcome = null;
        await WriteAsync(
            session =>
            {
                outcome = JobLog.Find(session, job);
                if (outcome is null)
                {
                    outcome = Erasure.Run(session, job, cancellationToken);
                    JobLog.Add(session, job, outcome, time.GetUtcNow());
                }
            },
            cancellationToken
        );
        return outcome!;
    }

    public Task<MatchCount> CountAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => IdentifierQueries.Count(session, keySet, dataset, columns), cancellationToken);

    public Task<IReadOnlyCollection<LinkedIdentifier>> StillHeldAsync(
        Dataset dataset,
        IReadOnlyList<Column> columns,
        IReadOnlyCollection<LinkedIdentifier> identifiers,
        CancellationToken cancellationToken
    ) =>
        database.RunAsync(
            session => IdentifierQueries.StillHeld(session, dataset, columns, identifiers),
            cancellationToken
        );

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await database.RunAsync(
                session => session.Single("SELECT 1", reader => reader.GetInt32(0)) == 1,
                cancellationToken
            );
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        database.Dispose();
    }

    private async Task EnsureTablesAsync(IEnumerable<MaskedRows> batch, CancellationToken cancellationToken)
    {
        foreach (var rows in batch)
        {
            await EnsureTableAsync(rows.Dataset, rows.Schema, cancellationToken);
        }
    }

    /// <summary>Runs a write as one transaction, behind the gate. Whatever throws takes all of it back.</summary>
    private async Task WriteAsync(Action<DuckDbSession> work, CancellationToken cancellationToken, bool keep = true)
    {
        await using var turn = await _gate.EnterForOneAsync(cancellationToken);
        await database.RunAsync(
            session =>
            {
                session.Execute("BEGIN");
                try
                {
                    work(session);
                    cancellationToken.ThrowIfCancellationRequested();
                    session.Execute(keep ? "COMMIT" : "ROLLBACK");
                    return true;
                }
                catch
                {
                    TakeBack(session);
                    throw;
                }
            },
            cancellationToken
        );
    }

    private static void TakeBack(DuckDbSession session)
    {
        try
        {
            session.Execute("ROLLBACK");
        }
        catch (DuckDBException)
        {
            // A failed COMMIT has ended the transaction already, and closing the connection ends any other.
        }
    }
}
