using System.Globalization;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Policies;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>Runs SELECT and DML over the rows that their caller may see.</summary>
internal sealed class StatementExecutor(WorldState world, Access access, StatementReader reader)
{
    private const string Me = "stand_in_session_user";
    private const string Now = "stand_in_now";
    private const string Today = "stand_in_today";

    // What ZetaSQL cannot know: who asks (its SESSION_USER is not executed), and the stand-in's clock.
    private static readonly Dictionary<string, string> Calls = new(StringComparer.Ordinal)
    {
        ["SESSION_USER"] = $"@{Me}",
        ["CURRENT_TIMESTAMP"] = $"@{Now}",
        ["CURRENT_DATE"] = $"@{Today}",
    };

    /// <summary>The rows of a SELECT.</summary>
    public Task<SqlRows> SelectAsync(Statement statement) =>
        RunAsync(statement, async (engine, request) => await engine.QueryAsync(request));

    /// <summary>The rows of a CREATE TABLE AS SELECT.</summary>
    public Task<IReadOnlyList<object?[]>> SelectForTableAsync(Statement statement) =>
        RunAsync(statement, async (engine, request) => await engine.SelectAsync(request));

    /// <summary>Changes the target's rows.</summary>
    /// <returns>How many rows were inserted, updated and deleted.</returns>
    public async Task<DmlCounts> ChangeAsync(Statement statement)
    {
        var target = statement.Target!;
        if (statement.Type is "TRUNCATE_TABLE")
        {
            return Truncate(target);
        }

        var operation = statement.Type switch
        {
            "INSERT" => "insert",
            "MERGE" => "merge",
            _ => "modify",
        };
        var changes = await RunAsync(statement, (engine, request) => engine.ChangesAsync(operation, request));
        return Apply(target, changes);
    }

    /// <summary>
    /// The rows of a table or view that a member sees. A table without row access policies shows all; one with policies shows what any policy
    /// granted to the member lets through, which is nothing where none is.
    /// https://cloud.google.com/bigquery/docs/row-level-security-intro
    /// </summary>
    public async Task<IReadOnlyList<object?[]>> VisibleAsync(TableState table, string caller)
    {
        if (table.ViewQuery is { } query)
        {
            var inner = await reader.ReadAsync(new StatementText(query, [], null, caller), table);
            return (await SelectAsync(inner)).Rows;
        }

        IReadOnlyList<object?[]> all = [.. table.Rows.Select(row => row.Cells)];
        if (table.Policies.Count is 0)
        {
            return all;
        }

        var granted = table
            .Policies.Where(policy => policy.Grantees.Any(grantee => access.Includes(grantee, caller)))
            .ToList();
        if (granted.Exists(policy => policy.IsTrue))
        {
            return all;
        }

        var seen = new SortedSet<int>();
        foreach (var policy in granted)
        {
            seen.UnionWith(await FilterAsync(table, policy, all, caller));
        }

        return [.. seen.Select(row => all[row])];
    }

    private async Task<IEnumerable<int>> FilterAsync(
        TableState table,
        RowAccessPolicy policy,
        IReadOnlyList<object?[]> rows,
        string caller
    )
    {
        var engine = await ZetaSql.InstanceAsync();
        var request = new SqlRequest(
            $"SELECT __row FROM `{table.Name}` WHERE ({policy.Filter})",
            [([table.Name], table.Name)],
            [new SqlTable(table.Name, table.SqlColumns, rows)],
            Implied(caller),
            Calls
        );
        var found = await engine.QueryAsync(request);
        return found.Rows.Select(row => int.Parse((string)row[0]!, CultureInfo.InvariantCulture));
    }

    private async Task<T> RunAsync<T>(Statement statement, Func<ZetaSql, SqlRequest, Task<T>> run)
    {
        var tables = new List<SqlTable>();
        foreach (var table in statement.Direct)
        {
            tables.Add(new SqlTable(table.Name, table.SqlColumns, await VisibleAsync(table, statement.Text.Caller)));
        }

        var request = new SqlRequest(
            statement.Text.Sql,
            statement.Names,
            tables,
            [.. statement.Text.Parameters, .. Implied(statement.Text.Caller)],
            Calls
        );
        try
        {
            return await run(await ZetaSql.InstanceAsync(), request);
        }
        catch (SqlException exception)
        {
            throw ApiException.InvalidQuery(exception.Message);
        }
    }

    private IReadOnlyList<SqlParameter> Implied(string caller) =>
        [
            new SqlParameter(Me, SqlType.String, caller[(caller.IndexOf(':', StringComparison.Ordinal) + 1)..]),
            new SqlParameter(Now, SqlType.Timestamp, Cell.Timestamp(world.Now)),
            new SqlParameter(Today, SqlType.Date, world.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        ];

    private DmlCounts Truncate(TableState table)
    {
        RefuseStreamed(table, table.Rows);
        var counts = new DmlCounts(0, 0, table.Rows.Count);
        table.Rows.Clear();
        return counts;
    }

    // All or nothing: every check comes before the first change.
    private DmlCounts Apply(TableState table, IReadOnlyList<SqlChange> changes)
    {
        RefuseStreamed(table, changes.Where(change => change.Row >= 0).Select(change => table.Rows[change.Row]));
        var deleted = new HashSet<int>();
        var updated = new Dictionary<int, object?[]>();
        var inserted = new List<object?[]>();
        foreach (var change in changes)
        {
            switch (change.Operation)
            {
                case "DELETE":
                    deleted.Add(change.Row);
                    break;
                case "UPDATE":
                    updated[change.Row] = Written(table, change, table.Rows[change.Row].Cells);
                    break;
                default:
                    inserted.Add(Written(table, change, null));
                    break;
            }
        }

        foreach (var (row, cells) in updated)
        {
            table.Rows[row] = new RowState(cells, world.Now);
        }

        foreach (var row in deleted.OrderDescending())
        {
            table.Rows.RemoveAt(row);
        }

        table.Rows.AddRange(inserted.Select(cells => new RowState(cells, world.Now)));
        return new DmlCounts(inserted.Count, updated.Count, deleted.Count);
    }

    private static object?[] Written(TableState table, SqlChange change, object?[]? old)
    {
        var cells = table
            .Columns.Select(
                (column, index) => old?[index] ?? (column.Mode is "REPEATED" ? Array.Empty<object?>() : null)
            )
            .ToArray();
        for (var index = 0; index < change.Columns.Count; index++)
        {
            var at = table
                .Columns.ToList()
                .FindIndex(column =>
                    string.Equals(column.Name, change.Columns[index], StringComparison.OrdinalIgnoreCase)
                );
            cells[at] = change.Values[index] ?? (table.Columns[at].Mode is "REPEATED" ? Array.Empty<object?>() : null);
        }

        var missing = table
            .Columns.Where((column, index) => column.IsRequired && cells[index] is null)
            .FirstOrDefault();
        return missing is null
            ? cells
            : throw ApiException.InvalidQuery($"Required field {missing.Name} cannot be null");
    }

    private void RefuseStreamed(TableState table, IEnumerable<RowState> rows)
    {
        if (rows.Any(row => row.IsStreamed(world.Now)))
        {
            throw ApiException.InvalidQuery(Messages.StreamingBuffer(table.Name));
        }
    }
}

/// <summary>How many rows a statement changed.</summary>
internal sealed record DmlCounts(int Inserted, int Updated, int Deleted)
{
    public int All => Inserted + Updated + Deleted;
}
