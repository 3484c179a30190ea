using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.DuckDb.Appending;
using Governance.Policies.Warehouse.DuckDb.Issuing;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// The warehouse in one DuckDB file. Every write is one transaction behind one gate; reads see the last commit. Cancelling takes effect
/// between statements, and takes the transaction back.
/// </summary>
internal sealed class DuckDbWarehouse(DuckDbDatabase database, TimeProvider time) : IWarehouse, IDisposable
{
    // How often somebody asks for a purge, at least.
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromHours(1);

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

    public Task<IReadOnlySet<string>> FindFilledAsync(CancellationToken cancellationToken) =>
        database.RunAsync(TableStates.Filled, cancellationToken);

    public Task<StructType?> FindShapeAsync(Dataset dataset, CancellationToken cancellationToken) =>
        database.RunAsync(session => TableColumns.Read(session, dataset.Name), cancellationToken);

    public Task<IReadOnlyList<string>> ReadNewestAsync(
        Dataset dataset,
        int limit,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => NewestRows.Read(session, dataset.Name, limit), cancellationToken);

    public async Task<IReadOnlyList<string>> ReadMatchedAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) =>
        await database.RunAsync(
            session => IdentifierQueries.Rows(session, keySet, dataset, columns),
            cancellationToken
        );

    public Task<IReadOnlyCollection<IdentifierLink>> LinksAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> from,
        IReadOnlyList<Column> to,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => IdentifierQueries.Links(session, keySet, dataset, from, to), cancellationToken);

    public Task AddOwnedKeysAsync(
        string keySet,
        IReadOnlyCollection<OwnedKey> keys,
        CancellationToken cancellationToken
    ) => WriteAsync(session => KeySets.Add(session, keySet, keys), cancellationToken);

    public Task<IReadOnlyCollection<OwnedKey>> ReadOwnedKeysAsync(string keySet, CancellationToken cancellationToken) =>
        database.RunAsync(session => KeySets.Read(session, keySet), cancellationToken);

    public Task<IReadOnlySet<Guid>> FindKeysAsync(
        IReadOnlyCollection<string> prefixes,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => KeySets.Find(session, prefixes, surrogates), cancellationToken);

    public Task RemoveKeysAsync(string keySet, IReadOnlyCollection<Guid> owners, CancellationToken cancellationToken) =>
        WriteAsync(session => KeySets.Remove(session, keySet, owners), cancellationToken);

    public Task DropKeysAsync(string keySet, CancellationToken cancellationToken) =>
        WriteAsync(session => KeySets.Drop(session, keySet), cancellationToken);

    public async Task<Answer<ErasureOutcome>> EraseAsync(ErasureJob job, CancellationToken cancellationToken)
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
        try
        {
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
        }
        catch (WarehouseException refused)
        {
            return refused.Refusal;
        }

        return outcome!;
    }

    // Nothing is billed, and DuckDB tells nothing without reading: a plan over a thousand tables need not wait for it.
    public Task<Answer<CostEstimate>> EstimateAsync(ErasureJob job, CancellationToken cancellationToken) =>
        Task.FromResult<Answer<CostEstimate>>(new CostEstimate(null, null));

    public Task<MatchCount> CountAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => IdentifierQueries.Count(session, keySet, dataset, columns), cancellationToken);

    public Task<Answer<long>> CorrectAsync(ValueCorrection correction, CancellationToken cancellationToken) =>
        AskToWriteAsync<long>(
            session =>
                TableColumns.Read(session, correction.Dataset.Name) is { } shape
                && CorrectStatements.Update(DuckDbDialect.Instance, correction, shape) is { } statement
                    ? session.Execute(statement)
                    : 0,
            cancellationToken
        );

    public Task<TableReach> FindReachAsync(
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => IdentifierQueries.Reach(session, dataset, columns), cancellationToken);

    public Task<MatchCount> CountAsync(ErasureJob job, CancellationToken cancellationToken) =>
        database.RunAsync(session => IdentifierQueries.Count(session, job), cancellationToken);

    public Task<IReadOnlyDictionary<Guid, long>> CountByOwnerAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) =>
        database.RunAsync(
            session => IdentifierQueries.CountByOwner(session, keySet, dataset, columns),
            cancellationToken
        );

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

    public Task<Answer<IssuedView>> IssueViewAsync(ViewDefinition view, CancellationToken cancellationToken) =>
        AskToWriteAsync(session => IssuedViews.Issue(session, view), cancellationToken);

    public Task<Answer<string>> DraftViewAsync(ViewDefinition view, CancellationToken cancellationToken) =>
        database.RunAsync(session => IssuedViews.Draft(session, view), cancellationToken);

    public Task<Answer<bool>> RevokeViewAsync(string name, CancellationToken cancellationToken) =>
        AskToWriteAsync<bool>(session => IssuedViews.Revoke(session, name), cancellationToken);

    public Task<Answer<IssuedRowRule>> PutRowRuleAsync(RowRule rule, CancellationToken cancellationToken) =>
        AskToWriteAsync(session => RowRules.Put(session, rule), cancellationToken);

    public Task<Answer<string>> DraftRowRuleAsync(RowRule rule, CancellationToken cancellationToken) =>
        database.RunAsync(session => RowRules.Draft(session, rule), cancellationToken);

    public Task<Answer<bool>> RemoveRowRuleAsync(Dataset dataset, string name, CancellationToken cancellationToken) =>
        AskToWriteAsync<bool>(session => RowRules.Remove(session, dataset.Name, name), cancellationToken);

    public async Task<IReadOnlyList<IssuedView>> ReadViewsAsync(CancellationToken cancellationToken) =>
        await database.RunAsync(IssuedViews.Read, cancellationToken);

    public async Task<IssuedView?> FindViewAsync(string name, CancellationToken cancellationToken) =>
        await database.RunAsync(session => IssuedViews.Find(session, name), cancellationToken);

    public Task<Answer<MatchCount>> CountShownAsync(
        Dataset dataset,
        RowCondition condition,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => IssuedViews.Count(session, dataset, condition), cancellationToken);

    public Task<Answer<MatchCount>> CountVisibleAsync(
        ViewDefinition view,
        string keySet,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) => database.RunAsync(session => IssuedViews.CountVisible(session, view, keySet, columns), cancellationToken);

    public async Task<IReadOnlyList<IssuedRowRule>> ReadRowRulesAsync(
        Dataset dataset,
        CancellationToken cancellationToken
    ) => await database.RunAsync(session => RowRules.Read(session, dataset.Name), cancellationToken);

    /// <summary>The rows that a reader sees through a view, each as a JSON object.</summary>
    /// <param name="name">The view.</param>
    /// <param name="members">The reader and their groups; see <see cref="Members"/>.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<string>> ReadViewAsync(
        string name,
        IReadOnlyCollection<string> members,
        int limit,
        CancellationToken cancellationToken
    ) => await database.RunAsync(session => IssuedViews.Rows(session, name, members, limit), cancellationToken);

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await database.RunAsync(
                session => session.Single(SqlText.Of($"SELECT 1"), reader => reader.GetInt32(0)) == 1,
                cancellationToken
            );
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return false;
        }
    }

    public Task<PhysicalInventory> InventoryAsync(CancellationToken cancellationToken) =>
        database.RunAsync(
            session => new PhysicalInventory(
                database.Options.RewriteInterval + s_lookInterval,
                Purges.LastAt(session),
                [],
                "No query reads deleted rows; their masked bytes stay in the warehouse's file until it is written anew."
            ),
            cancellationToken
        );

    public async Task<bool> PurgeAsync(bool now, CancellationToken cancellationToken)
    {
        // Alone: what is deleted after the copy was begun would seem gone with it.
        await using var turn = await _gate.EnterAsync(cancellationToken);
        var oldest = await database.RunAsync(Purges.OldestAt, cancellationToken);
        var at = time.GetUtcNow();
        return oldest is not null
            && (now || at - oldest >= database.Options.RewriteInterval)
            && await Task.Run(() => database.Rewrite(at), cancellationToken);
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

    private async Task<Answer<T>> AskToWriteAsync<T>(
        Func<DuckDbSession, Answer<T>> work,
        CancellationToken cancellationToken
    )
    {
        Answer<T>? answer = null;
        try
        {
            await WriteAsync(session => answer = work(session), cancellationToken);
        }
        catch (WarehouseException refused)
        {
            return refused.Refusal;
        }

        return answer!;
    }

    /// <summary>Runs a write as one transaction, behind the gate. Whatever throws takes all of it back.</summary>
    private async Task WriteAsync(Action<DuckDbSession> work, CancellationToken cancellationToken, bool keep = true)
    {
        await using var turn = await _gate.EnterForOneAsync(cancellationToken);
        await database.RunAsync(
            session =>
            {
                session.Execute(SqlText.Of($"BEGIN"));
                try
                {
                    work(session);
                    cancellationToken.ThrowIfCancellationRequested();
                    session.Execute(keep ? SqlText.Of($"COMMIT") : SqlText.Of($"ROLLBACK"));
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
            session.Execute(SqlText.Of($"ROLLBACK"));
        }
        catch (DuckDBException)
        {
            // A failed COMMIT has ended the transaction already, and closing the connection ends any other.
        }
    }
}
