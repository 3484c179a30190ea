using System.Collections.Immutable;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Issuing;

/// <summary>
/// Views in the schema <c>published</c>. DuckDB knows no users, so a view asks a variable of the connection who reads, and shows nothing
/// where that is unset; only the governed query sets it.
/// </summary>
internal static class IssuedViews
{
    private static readonly DuckDbDialect s_dialect = DuckDbDialect.Instance;
    private static readonly SqlName s_schema = SqlName.Of("published");

    /// <summary>Makes the schema where it is missing.</summary>
    public static SqlText Schema { get; } = SqlText.Of($"CREATE SCHEMA IF NOT EXISTS {s_schema}");

    public static Answer<IssuedView> Issue(DuckDbSession session, ViewDefinition view)
    {
        var select = Write(session, view);
        if (!select.TryGet(out var text))
        {
            return select.Refusal!;
        }

        RowRules.Ensure(session, view.Dataset.Name);
        Create(session, view.Name, text, new Note(view.Dataset.Name, view.Readers, view.SmallestGroup));
        return Find(session, view.Name)!;
    }

    /// <summary>The statement that <see cref="Issue"/> would store.</summary>
    public static Answer<string> Draft(DuckDbSession session, ViewDefinition view) =>
        Write(session, view) is var select && select.TryGet(out var text)
            ? s_dialect.Write(text).Text
            : select.Refusal!;

    /// <summary>Counts rows of a table: in all, and those that a condition shows.</summary>
    public static Answer<MatchCount> Count(DuckDbSession session, Dataset dataset, RowCondition condition)
    {
        if (TableColumns.Read(session, dataset.Name) is not { } table)
        {
            return IssuedChecks.Missing(dataset.Name);
        }

        try
        {
            var shape = new StructType(TableColumns.System.AddRange(table.Fields));
            var shown = new ConditionText(s_dialect, dataset.Name, shape, RowMatch.Row).Write(condition);
            return session.Single(
                IdentifierStatements.Count(s_dialect, dataset.Name, shown),
                reader => new MatchCount(reader.GetInt64(0), reader.GetInt64(1))
            );
        }
        catch (WarehouseException refused)
        {
            return refused.Refusal;
        }
    }

    /// <summary>Counts the rows that a view shows to its readers: in all, and those that hold a key of a set.</summary>
    public static Answer<MatchCount> CountVisible(
        DuckDbSession session,
        ViewDefinition view,
        string keySet,
        IEnumerable<Column> columns
    )
    {
        if (TableColumns.Read(session, view.Dataset.Name) is not { } table)
        {
            return IssuedChecks.Missing(view.Dataset.Name);
        }

        try
        {
            var shape = new StructType(TableColumns.System.AddRange(table.Fields));
            var match = RowMatch.Build(s_dialect, view.Dataset.Name, table, keySet, columns);
            return session.Single(
                ViewText.Count(s_dialect, view, shape, match),
                reader => new MatchCount(reader.GetInt64(0), reader.GetInt64(1))
            );
        }
        catch (WarehouseException refused)
        {
            return refused.Refusal;
        }
    }

    private static Answer<SqlText> Write(DuckDbSession session, ViewDefinition view)
    {
        if (TableColumns.Read(session, view.Dataset.Name) is not { } table)
        {
            return IssuedChecks.Missing(view.Dataset.Name);
        }

        var shape = new StructType(TableColumns.System.AddRange(table.Fields));
        if (IssuedChecks.Of(view, shape) is { } refusal)
        {
            return refusal;
        }

        try
        {
            var visible = ViewText.Write(s_dialect, view, shape, RowRules.Visible(view.Dataset.Name));
            return SqlText.Of($"{visible} AND {Reader.IsAmong(view.Readers)}");
        }
        catch (WarehouseException refused)
        {
            return refused.Refusal;
        }
    }

    public static bool Revoke(DuckDbSession session, string name)
    {
        var stood = Find(session, name) is not null;
        session.Execute(SqlText.Of($"DROP VIEW IF EXISTS {Full(name)}"));
        return stood;
    }

    public static List<IssuedView> Read(DuckDbSession session) => Read(session, SqlText.Of($"TRUE"));

    private static List<IssuedView> Read(DuckDbSession session, SqlText which) =>
        session.Query(
            SqlText.Of(
                $"""
                SELECT view_name, sql, comment FROM duckdb_views()
                WHERE database_name = current_database() AND schema_name = 'published' AND NOT internal AND {which}
                ORDER BY view_name
                """
            ),
            reader =>
            {
                var note = Note.Read(reader.IsDBNull(2) ? null : reader.GetString(2));
                return new IssuedView(
                    reader.GetString(0),
                    note?.Dataset,
                    reader.GetString(1),
                    note?.Readers ?? [],
                    IsAuthorized: true,
                    note?.SmallestGroup
                );
            }
        );

    /// <summary>
    /// Makes the views over a table anew, after its columns have changed: DuckDB remembers the types that they had, and would refuse to
    /// read them.
    /// </summary>
    public static void Refresh(DuckDbSession session, string dataset)
    {
        const string Create = "CREATE VIEW ";
        foreach (var view in Read(session).Where(view => view.Dataset == dataset))
        {
            var at = view.Sql.IndexOf(" AS ", StringComparison.Ordinal);
            if (view.Sql.StartsWith(Create, StringComparison.Ordinal) && at > 0)
            {
                var select = view.Sql[(at + 4)..].TrimEnd(';', ' ', '\n');
                IssuedViews.Create(
                    session,
                    view.Name,
                    SqlText.FromDialect(select),
                    new Note(dataset, view.Readers, view.SmallestGroup)
                );
            }
        }
    }

    /// <summary>The newest rows that a reader sees through a view, each as a JSON object.</summary>
    /// <param name="session">A connection of this reader's own.</param>
    /// <param name="name">The view.</param>
    /// <param name="members">The reader and their groups.</param>
    /// <param name="limit">At most so many.</param>
    public static List<string> Rows(DuckDbSession session, string name, IEnumerable<string> members, int limit)
    {
        if (Find(session, name) is null)
        {
            throw new WarehouseException(
                new Refusal(RefusalKind.Gone, "view_missing", $"There is no view {name}. It may have been revoked.")
            );
        }

        session.Execute(Reader.Set(members));
        return session.Query(
            SqlText.Of(
                $"SELECT to_json(row)::VARCHAR FROM (SELECT * FROM {Full(name)} LIMIT {SqlValue.Of(limit)}) AS row"
            ),
            reader => reader.GetString(0)
        );
    }

    private static void Create(DuckDbSession session, string name, SqlText select, Note note)
    {
        session.Execute(SqlText.Of($"CREATE OR REPLACE VIEW {Full(name)} AS {select}"));
        session.Execute(SqlText.Of($"COMMENT ON VIEW {Full(name)} IS {s_dialect.Literal(note.ToJson())}"));
    }

    public static IssuedView? Find(DuckDbSession session, string name) =>
        Read(session, SqlText.Of($"view_name = {SqlValue.Of(name)}"))
            .FirstOrDefault(view => string.Equals(view.Name, name, StringComparison.Ordinal));

    private static SqlName Full(string name) => SqlName.Of("published", name);

    /// <summary>What the view's comment keeps of its definition.</summary>
    private sealed record Note(string Dataset, ImmutableArray<string> Readers, SmallestGroup? SmallestGroup)
    {
        public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

        public static Note? Read(string? comment)
        {
            try
            {
                return comment is null ? null : JsonSerializer.Deserialize<Note>(comment, JsonSerializerOptions.Web);
            }
            catch (JsonException)
            {
                // Somebody else's view.
                return null;
            }
        }
    }
}
