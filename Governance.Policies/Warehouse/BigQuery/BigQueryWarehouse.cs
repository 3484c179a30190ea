using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.BigQuery.Erasing;
using Governance.Policies.Warehouse.BigQuery.Issuing;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery;

/// <summary>The warehouse in BigQuery: rows by the Storage Write API, all else by jobs and REST calls.</summary>
internal sealed class BigQueryWarehouse(
    IWriteGate gate,
    BigQuerySink sink,
    BigQueryTables tables,
    BigQueryKeySets keySets,
    BigQueryIdentifiers identifiers,
    BigQueryErasure erasure,
    BigQueryViews views,
    BigQueryRowRules rules,
    BigQueryClient client,
    TimeProvider time
) : IWarehouse
{
    // Newest rows are looked for where they are: in the partitions of the last days.
    private static readonly TimeSpan s_newest = TimeSpan.FromDays(7);

    public ValueTask<IAsyncDisposable> EnterWriteAsync(CancellationToken cancellationToken) =>
        gate.EnterAsync(cancellationToken);

    public ValueTask<IAsyncDisposable> EnterLandingAsync(CancellationToken cancellationToken) =>
        gate.EnterForLandingAsync(cancellationToken);

    public Task EnsureTableAsync(Dataset dataset, MaskedSchema schema, CancellationToken cancellationToken) =>
        sink.EnsureTableAsync(dataset, schema, cancellationToken);

    public Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadPositionsAsync(
        string source,
        CancellationToken cancellationToken
    ) => sink.ReadPositionsAsync(source, cancellationToken);

    public async Task AppendAsync(MaskedBatch batch, CancellationToken cancellationToken)
    {
        await using var turn = await gate.EnterForOneAsync(cancellationToken);
        await sink.AppendAsync(batch, cancellationToken);
    }

    public Task ProbeAsync(MaskedRows rows, CancellationToken cancellationToken) =>
        sink.ProbeAsync(rows, cancellationToken);

    public Task<IReadOnlyList<TableState>> DescribeAsync(CancellationToken cancellationToken) =>
        tables.DescribeAsync(cancellationToken);

    public Task<IReadOnlySet<string>> FindFilledAsync(CancellationToken cancellationToken) =>
        tables.FindFilledAsync(cancellationToken);

    public Task<StructType?> FindShapeAsync(Dataset dataset, CancellationToken cancellationToken) =>
        tables.FindShapeAsync(dataset.Name, cancellationToken);

    public async Task<IReadOnlyList<string>> ReadNewestAsync(
        Dataset dataset,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (await tables.FindShapeAsync(dataset.Name, cancellationToken) is null)
        {
            return [];
        }

        var row = RowMatch.Row;
        var since = SqlValue.Of(time.GetUtcNow() - s_newest);
        var rows = await tables.QueryAsync(
            SqlText.Of(
                $"SELECT TO_JSON_STRING({row}) FROM {tables.Dialect.Table(dataset.Name)} AS {row} WHERE {row}._event_time >= {since} ORDER BY {row}._event_time DESC, {row}._offset DESC LIMIT {SqlValue.Of(limit)}"
            ),
            "newest",
            null,
            cancellationToken
        );
        return [.. rows.Select(found => found[0].AsText()!)];
    }

    public Task<IReadOnlyList<string>> ReadMatchedAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) => identifiers.RowsAsync(keySet, dataset, columns, cancellationToken);

    public Task<IReadOnlyCollection<IdentifierLink>> LinksAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> from,
        IReadOnlyList<Column> to,
        CancellationToken cancellationToken
    ) => identifiers.LinksAsync(keySet, dataset, from, to, cancellationToken);

    public async Task AddOwnedKeysAsync(
        string keySet,
        IReadOnlyCollection<OwnedKey> keys,
        CancellationToken cancellationToken
    )
    {
        await using var turn = await gate.EnterForOneAsync(cancellationToken);
        await sink.EnsureSystemTablesAsync(cancellationToken);
        await keySets.AddAsync(keySet, keys, cancellationToken);
    }

    public async Task<IReadOnlyCollection<OwnedKey>> ReadOwnedKeysAsync(
        string keySet,
        CancellationToken cancellationToken
    )
    {
        await sink.EnsureSystemTablesAsync(cancellationToken);
        return await keySets.ReadAsync(keySet, cancellationToken);
    }

    public async Task RemoveKeysAsync(
        string keySet,
        IReadOnlyCollection<Guid> owners,
        CancellationToken cancellationToken
    )
    {
        await using var turn = await gate.EnterForOneAsync(cancellationToken);
        await sink.EnsureSystemTablesAsync(cancellationToken);
        await keySets.RemoveAsync(keySet, owners, cancellationToken);
    }

    public async Task<IReadOnlySet<Guid>> FindKeysAsync(
        IReadOnlyCollection<string> prefixes,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    )
    {
        await sink.EnsureSystemTablesAsync(cancellationToken);
        return await keySets.FindAsync(prefixes, surrogates, cancellationToken);
    }

    public async Task DropKeysAsync(string keySet, CancellationToken cancellationToken)
    {
        await using var turn = await gate.EnterForOneAsync(cancellationToken);
        await sink.EnsureSystemTablesAsync(cancellationToken);
        await keySets.DropAsync(keySet, cancellationToken);
    }

    public async Task<Answer<ErasureOutcome>> EraseAsync(ErasureJob job, CancellationToken cancellationToken)
    {
        if (job.Action is not (ErasureAction.Delete or ErasureAction.Clear))
        {
            throw new ArgumentException(
                $"An erasure job deletes or clears; {job.Action} changes nothing.",
                nameof(job)
            );
        }

        return await AskAsync(async () =>
        {
            await using var turn = await gate.EnterForOneAsync(cancellationToken);
            await sink.EnsureSystemTablesAsync(cancellationToken);
            return await erasure.RunAsync(job, cancellationToken);
        });
    }

    public Task<Answer<CostEstimate>> EstimateAsync(ErasureJob job, CancellationToken cancellationToken) =>
        AskAsync(async () =>
        {
            await sink.EnsureSystemTablesAsync(cancellationToken);
            return await erasure.EstimateAsync(job, cancellationToken);
        });

    public async Task<MatchCount> CountAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) => await identifiers.CountAsync(keySet, dataset, columns, cancellationToken);

    public Task<Answer<long>> CorrectAsync(ValueCorrection correction, CancellationToken cancellationToken) =>
        AskAsync<long>(async () =>
        {
            await using var turn = await gate.EnterForOneAsync(cancellationToken);
            return await identifiers.CorrectAsync(correction, cancellationToken);
        });

    public async Task<TableReach> FindReachAsync(
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) =>
        await tables.FindShapeAsync(dataset.Name, cancellationToken) is not { } shape ? TableReach.NoTable
        : IdentifierStatements.Places(shape, columns).IsEmpty ? TableReach.NoColumn
        : TableReach.Reached;

    public Task<MatchCount> CountAsync(ErasureJob job, CancellationToken cancellationToken) =>
        identifiers.CountAsync(job, cancellationToken);

    public Task<IReadOnlyDictionary<Guid, long>> CountByOwnerAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) => identifiers.CountByOwnerAsync(keySet, dataset, columns, cancellationToken);

    public Task<IReadOnlyCollection<LinkedIdentifier>> StillHeldAsync(
        Dataset dataset,
        IReadOnlyList<Column> columns,
        IReadOnlyCollection<LinkedIdentifier> found,
        CancellationToken cancellationToken
    ) => identifiers.StillHeldAsync(dataset, columns, found, cancellationToken);

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await client.FindDatasetAsync(tables.Source, cancellationToken) is not null;
        }
        catch (WarehouseException)
        {
            return false;
        }
    }

    public Task<Answer<IssuedView>> IssueViewAsync(ViewDefinition view, CancellationToken cancellationToken) =>
        AskAsync<IssuedView>(async () => await views.IssueAsync(view, cancellationToken));

    public Task<Answer<string>> DraftViewAsync(ViewDefinition view, CancellationToken cancellationToken) =>
        AskAsync<string>(async () => await views.DraftAsync(view, cancellationToken));

    public Task<Answer<bool>> RevokeViewAsync(string name, CancellationToken cancellationToken) =>
        AskAsync<bool>(async () => await views.RevokeAsync(name, cancellationToken));

    public Task<Answer<IssuedRowRule>> PutRowRuleAsync(RowRule rule, CancellationToken cancellationToken) =>
        AskAsync<IssuedRowRule>(async () => await rules.PutAsync(rule, cancellationToken));

    public Task<Answer<string>> DraftRowRuleAsync(RowRule rule, CancellationToken cancellationToken) =>
        AskAsync<string>(async () => await rules.DraftAsync(rule, cancellationToken));

    public Task<Answer<bool>> RemoveRowRuleAsync(Dataset dataset, string name, CancellationToken cancellationToken) =>
        AskAsync<bool>(async () => await rules.RemoveAsync(dataset, name, cancellationToken));

    public Task<IReadOnlyList<IssuedView>> ReadViewsAsync(CancellationToken cancellationToken) =>
        views.ReadAsync(cancellationToken);

    public Task<IssuedView?> FindViewAsync(string name, CancellationToken cancellationToken) =>
        views.FindAsync(name, cancellationToken);

    public Task<Answer<MatchCount>> CountShownAsync(
        Dataset dataset,
        RowCondition condition,
        CancellationToken cancellationToken
    ) => AskAsync<MatchCount>(async () => await views.CountAsync(dataset, condition, cancellationToken));

    public Task<Answer<MatchCount>> CountVisibleAsync(
        ViewDefinition view,
        string keySet,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    ) =>
        AskAsync<MatchCount>(async () =>
        {
            await sink.EnsureSystemTablesAsync(cancellationToken);
            return await views.CountVisibleAsync(view, keySet, columns, cancellationToken);
        });

    public Task<IReadOnlyList<IssuedRowRule>> ReadRowRulesAsync(Dataset dataset, CancellationToken cancellationToken) =>
        rules.ReadAsync(dataset, cancellationToken);

    public Task<PhysicalInventory> InventoryAsync(CancellationToken cancellationToken) =>
        new CopyInventory(client, tables.Source).ReadAsync(cancellationToken);

    // Time travel and fail-safe end by themselves, and nothing ends them sooner.
    public Task<bool> PurgeAsync(bool now, CancellationToken cancellationToken) => Task.FromResult(false);

    private static async Task<Answer<T>> AskAsync<T>(Func<Task<Answer<T>>> ask)
    {
        try
        {
            return await ask();
        }
        catch (WarehouseException refused)
        {
            return refused.Refusal;
        }
    }
}
