using Governance.Tests.Support.BigQuery.Policies;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>Analyses a statement, finds its tables, and refuses what its caller may not do.</summary>
internal sealed class StatementReader(WorldState world, Access access)
{
    /// <summary>Reads a statement.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="via">The view whose query it is; its source dataset may have authorized it.</param>
    public async Task<Statement> ReadAsync(StatementText text, TableState? via = null)
    {
        var engine = await ZetaSql.InstanceAsync();
        try
        {
            var (paths, _) = await engine.ParseAsync(text.Sql);
            ApiException? missing = null;
            var found = new List<(IReadOnlyList<string> Path, TableState Table)>();
            foreach (var path in paths.DistinctBy(path => string.Join('\n', path), StringComparer.Ordinal))
            {
                try
                {
                    if (Resolve(path, text.DefaultDataset) is { } table)
                    {
                        found.Add((path, table));
                    }
                }
                catch (ApiException exception) when (exception.Reason is "notFound")
                {
                    // It may be an array of a table before it (FROM t, t.items): the analyzer knows.
                    missing = exception;
                }
            }

            return await AnalyseAsync(engine, text, found, missing, via);
        }
        catch (SqlException exception)
        {
            throw ApiException.InvalidQuery(exception.Message);
        }
    }

    /// <summary>A path of names, as SQL writes it; one name may hold several, between backquotes.</summary>
    public (string Project, string Dataset, string Table)? Split(IReadOnlyList<string> path, string? defaultDataset)
    {
        var parts = path.SelectMany(part => part.Split('.')).ToArray();
        return parts.Length switch
        {
            1 when defaultDataset is null => null,
            1 => (world.Options.Project, defaultDataset!, parts[0]),
            2 => (world.Options.Project, parts[0], parts[1]),
            3 => (parts[0], parts[1], parts[2]),
            _ => throw ApiException.InvalidQuery($"Invalid table name: {string.Join('.', parts)}"),
        };
    }

    private async Task<Statement> AnalyseAsync(
        ZetaSql engine,
        StatementText text,
        List<(IReadOnlyList<string> Path, TableState Table)> found,
        ApiException? missing,
        TableState? via
    )
    {
        var tables = found.Select(it => it.Table).Distinct().ToList();
        if (tables.Count > world.Options.ResourceLimit)
        {
            throw ApiException.InvalidQuery(
                $"Too many tables, views and user-defined functions for query: Max: {world.Options.ResourceLimit}"
            );
        }

        IReadOnlyList<(IReadOnlyList<string>, string)> names = [.. found.Select(it => (it.Path, it.Table.Name))];
        var request = new SqlRequest(
            text.Sql,
            names,
            [.. tables.Select(table => new SqlTable(table.Name, table.SqlColumns))],
            text.Parameters,
            new Dictionary<string, string>(StringComparer.Ordinal),
            text.Strict
        );
        SqlAnalysis analysis;
        try
        {
            analysis = await engine.AnalyzeAsync(request);
        }
        catch (SqlException exception)
            when (missing is not null && exception.Message.Contains("Table not found", StringComparison.Ordinal))
        {
            throw missing;
        }

        if (analysis.Unmodelled.Count > 0)
        {
            throw ApiException.NotModelled(string.Join(", ", analysis.Unmodelled));
        }

        var target = analysis.Target is null ? null : tables.Single(table => table.Name == analysis.Target);
        var referenced = new List<TableState>(tables);
        long bytes = 0;
        foreach (var table in tables)
        {
            CheckRead(text.Caller, table, via);
            CheckThreshold(text.Sql, table);
            if (table.ViewQuery is { } query)
            {
                var inner = await ReadAsync(new StatementText(query, [], null, text.Caller), table);
                referenced.AddRange(inner.Referenced);
                bytes += inner.Bytes;
            }
            else
            {
                bytes += Scanned(table, analysis);
            }
        }

        var statement = new Statement(text, analysis, names, tables, [.. referenced.Distinct()], target, bytes);
        CheckTarget(statement);
        world.Analysed.Add(text);
        return statement;
    }

    private TableState? Resolve(IReadOnlyList<string> path, string? defaultDataset) =>
        Split(path, defaultDataset) is var (project, dataset, table) ? world.Table(project, dataset, table) : null;

    private void CheckRead(string caller, TableState table, TableState? via)
    {
        if (!access.MayRead(caller, table) && (via is null || !Access.IsAuthorized(via, table.Dataset)))
        {
            throw ApiException.AccessDenied(
                $"Table {table.LegacyName}: User does not have permission to query table {table.LegacyName}, or perhaps it does not exist."
            );
        }
    }

    // What a query with a threshold answers is not modelled; that one without is refused, is.
    private static void CheckThreshold(string sql, TableState table)
    {
        if (table.PrivacyPolicy is not null)
        {
            throw sql.Contains("WITH AGGREGATION_THRESHOLD", StringComparison.OrdinalIgnoreCase)
                ? ApiException.NotModelled("SELECT WITH AGGREGATION_THRESHOLD")
                : ApiException.InvalidQuery(
                    "You must use SELECT WITH AGGREGATION_THRESHOLD for this query because a privacy policy has been set by a data owner."
                );
        }
    }

    private void CheckTarget(Statement statement)
    {
        if (statement.Target is not { } target || !statement.IsDml)
        {
            return;
        }

        if (target.ViewQuery is not null)
        {
            throw ApiException.InvalidQuery($"DML over {target.LegacyName}: a view cannot be changed.");
        }

        if (!access.MayWrite(statement.Text.Caller, target))
        {
            throw ApiException.AccessDenied(
                $"Table {target.LegacyName}: User does not have permission to update table {target.LegacyName}, or perhaps it does not exist."
            );
        }

        if (
            target.Policies.Count > 0
            && !target.Policies.Exists(policy =>
                policy.IsTrue && policy.Grantees.Any(grantee => access.Includes(grantee, statement.Text.Caller))
            )
        )
        {
            throw ApiException.AccessDenied(
                $"Table {target.LegacyName}: DML over a table with row access policies needs the TRUE filter."
            );
        }
    }

    private static long Scanned(TableState table, SqlAnalysis analysis)
    {
        var columns = analysis
            .Scans.Where(scan => scan.Table == table.Name)
            .SelectMany(scan => scan.Columns)
            .ToHashSet(StringComparer.Ordinal);
        return table
            .Columns.Select(
                (column, index) =>
                    columns.Contains(column.Name)
                        ? table.Rows.Sum(row => CellSize.Of(row.Cells[index], column.SqlType))
                        : 0
            )
            .Sum();
    }
}
