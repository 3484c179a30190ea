using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Policies.Warehouse.BigQuery.Statements;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery;

/// <summary>The datasets' tables as they are, and queries over them.</summary>
internal sealed class BigQueryTables(BigQueryClient client, JobRunner jobs)
{
    // BigQuery takes a thousand tables in a statement; a shorter one is planned sooner.
    private const int TablesAtOnce = 100;

    /// <summary>How the tables are named and asked.</summary>
    public BigQueryDialect Dialect { get; } = new(client.Options.Project, client.Options.Dataset);

    /// <summary>Where masked tables are.</summary>
    public DatasetReference Source { get; } = new(client.Options.Project, client.Options.Dataset);

    /// <summary>Where views are issued.</summary>
    public DatasetReference Published { get; } = new(client.Options.Project, client.Options.PublishedDataset);

    /// <summary>The columns of the records that a table holds; <see langword="null"/> where there is no such table.</summary>
    public async Task<StructType?> FindShapeAsync(string table, CancellationToken cancellationToken) =>
        await FindColumnsAsync(table, cancellationToken) is { } columns ? FieldMapping.ToMasked(columns) : null;

    /// <summary>All columns of a table, whoever made them; <see langword="null"/> where there is no such table.</summary>
    public async Task<ImmutableArray<BigQueryField>?> FindColumnsAsync(
        string table,
        CancellationToken cancellationToken
    ) =>
        await client.FindTableAsync(Source.Table(table), cancellationToken) is { Schema: { } schema }
            ? FieldResources.Read(schema)
            : null;

    /// <summary>The datasets' tables, with their row counts and newest event.</summary>
    public async Task<IReadOnlyList<TableState>> DescribeAsync(CancellationToken cancellationToken)
    {
        var (ours, others) = await ListAsync(cancellationToken);
        var rows = await OfEachAsync(
            ours,
            name =>
                SqlText.Of(
                    $"SELECT {SqlValue.Of(name)} AS name, COUNT(*) AS row_count, MAX(t._event_time) AS newest FROM {Dialect.Table(name)} AS t"
                ),
            "describe",
            cancellationToken
        );
        return
        [
            .. rows.Select(row => new TableState(row[0].AsText()!, row[1].AsLong()!.Value, row[2].AsTimestamp()))
                .Concat(others)
                .OrderBy(state => state.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The names of the tables that hold a row. BigQuery answers a count from what it knows of a table: no bytes are read.</summary>
    public async Task<IReadOnlySet<string>> FindFilledAsync(CancellationToken cancellationToken)
    {
        var (ours, others) = await ListAsync(cancellationToken);
        var rows = await OfEachAsync(
            ours,
            name =>
                SqlText.Of(
                    $"SELECT {SqlValue.Of(name)} AS name, COUNT(*) AS row_count FROM {Dialect.Table(name)} AS t"
                ),
            "filled",
            cancellationToken
        );
        return rows.Where(row => row[1].AsLong() > 0)
            .Select(row => row[0].AsText()!)
            .Concat(others.Where(table => table.Rows > 0).Select(table => table.Name))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Runs a query for its answer of now.</summary>
    /// <exception cref="WarehouseException">It was refused.</exception>
    public async Task<IReadOnlyList<QueryRow>> QueryAsync(
        SqlText query,
        string feature,
        string? requestId,
        CancellationToken cancellationToken
    ) =>
        (
            await jobs.QueryAsync(
                new JobRequest(
                    JobIds.Fresh(feature),
                    BigQueryStatements.Of(Dialect, query),
                    new JobPurpose(feature, requestId)
                ),
                cancellationToken
            )
        ).Value;

    /// <summary>Runs a statement that changes one of the adapter's own tables; running it twice changes no more than once.</summary>
    /// <exception cref="WarehouseException">It was refused.</exception>
    public Task ExecuteAsync(
        SqlText statement,
        string feature,
        TableReference table,
        CancellationToken cancellationToken
    ) => ChangeAsync(statement, feature, table, cancellationToken);

    /// <summary>Runs a statement that changes a table; running it twice changes no more than once.</summary>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="WarehouseException">It was refused.</exception>
    public async Task<long> ChangeAsync(
        SqlText statement,
        string feature,
        TableReference table,
        CancellationToken cancellationToken
    ) =>
        (
            await jobs.RunAsync(
                new JobRequest(
                    JobIds.Fresh(feature),
                    BigQueryStatements.Of(Dialect, statement),
                    new JobPurpose(feature),
                    table
                ),
                cancellationToken
            )
        )
            .Value
            .Changes
            ?.All
        ?? 0;

    /// <summary>Asks the same of many tables, of as many at once as one statement may name.</summary>
    private async Task<IReadOnlyList<QueryRow>> OfEachAsync(
        IEnumerable<string> tables,
        Func<string, SqlText> query,
        string feature,
        CancellationToken cancellationToken
    )
    {
        var rows = new List<QueryRow>();
        foreach (var some in tables.Chunk(TablesAtOnce))
        {
            rows.AddRange(
                await QueryAsync(
                    SqlText.Join(" UNION ALL ", some.Select(query)),
                    feature,
                    requestId: null,
                    cancellationToken
                )
            );
        }

        return rows;
    }

    private async Task<(IReadOnlyList<string> Ours, IReadOnlyList<TableState> Others)> ListAsync(
        CancellationToken cancellationToken
    )
    {
        var ours = new List<string>();
        var others = new List<TableState>();
        await foreach (var table in client.ListTablesAsync(Source, cancellationToken))
        {
            var name = table.Reference!.TableId;
            if (table.Type is not "TABLE" || name.StartsWith(SystemTables.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (table.Labels?.ContainsKey(TableLayout.DatasetLabel) == true)
            {
                ours.Add(name);
            }
            else
            {
                // Somebody else's: it has none of the columns that say when a row came.
                var found = await client.FindTableAsync(table.Reference, cancellationToken);
                others.Add(new TableState(name, found?.NumRows ?? 0, NewestEvent: null));
            }
        }

        return (ours, others);
    }
}
