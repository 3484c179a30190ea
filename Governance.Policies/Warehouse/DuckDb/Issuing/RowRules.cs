using System.Collections.Immutable;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Issuing;

/// <summary>
/// Row rules, which DuckDB does not have: a table of them, and for each dataset a macro that gives the rows that the reader may
/// see. Views read from the macro, so that a rule counts for all of them at once. A macro, since a view would remember the table's columns.
/// </summary>
internal static class RowRules
{
    private static readonly DuckDbDialect s_dialect = DuckDbDialect.Instance;
    private static readonly SqlText s_replace = SqlText.Of($"CREATE OR REPLACE MACRO");

    /// <summary>A dataset's visible rows, as a table expression.</summary>
    public static SqlText Visible(string dataset) => SqlText.Of($"{Macro(dataset)}()");

    /// <summary>Makes the macro where it is missing.</summary>
    public static void Ensure(DuckDbSession session, string dataset) =>
        Write(session, dataset, SqlText.Of($"CREATE MACRO IF NOT EXISTS"));

    public static Answer<IssuedRowRule> Put(DuckDbSession session, RowRule rule)
    {
        var draft = Draft(session, rule);
        if (!draft.TryGet(out var condition))
        {
            return draft.Refusal!;
        }

        var isKnown = All(session, rule.Dataset.Name).Exists(one => one.Name == rule.Name && one.Sql == condition);
        session.Execute(
            SqlText.Of(
                $"""
                INSERT INTO {SystemTableStatements.RowRules}
                VALUES ({SqlValue.Of(rule.Dataset.Name)}, {SqlValue.Of(rule.Name)},
                    {SqlValue.Of(JsonSerializer.Serialize(rule.Members))}, {SqlValue.Of(condition)})
                ON CONFLICT (dataset, name) DO UPDATE SET members = excluded.members, condition = excluded.condition
                """
            )
        );
        if (isKnown)
        {
            Ensure(session, rule.Dataset.Name);
        }
        else
        {
            Write(session, rule.Dataset.Name, s_replace);
        }

        return new IssuedRowRule(rule.Name, rule.Dataset.Name, condition, rule.Members);
    }

    /// <summary>The condition that <see cref="Put"/> would store.</summary>
    public static Answer<string> Draft(DuckDbSession session, RowRule rule)
    {
        if (IssuedChecks.Of(rule) is { } refusal)
        {
            return refusal;
        }

        if (TableColumns.Read(session, rule.Dataset.Name) is not { } table)
        {
            return IssuedChecks.Missing(rule.Dataset.Name);
        }

        try
        {
            var shape = new StructType(TableColumns.System.AddRange(table.Fields));
            var condition = new ConditionText(s_dialect, rule.Dataset.Name, shape, RowMatch.Row);
            return s_dialect.Write(condition.Write(rule.Condition)).Text;
        }
        catch (WarehouseException refused)
        {
            return refused.Refusal;
        }
    }

    // The last rule's removal would show every row to whoever has a view: one that names nobody stays in its place.
    public static bool Remove(DuckDbSession session, string dataset, string name)
    {
        var stood =
            session.Execute(
                SqlText.Of(
                    $"DELETE FROM {SystemTableStatements.RowRules} WHERE dataset = {SqlValue.Of(dataset)} AND name = {SqlValue.Of(name)}"
                )
            ) > 0;
        if (stood)
        {
            session.Execute(
                SqlText.Of(
                    $"""
                    INSERT INTO {SystemTableStatements.RowRules}
                    VALUES ({SqlValue.Of(dataset)}, {SqlValue.Of(Closed)}, '[]', 'FALSE') ON CONFLICT DO NOTHING
                    """
                )
            );
            Write(session, dataset, s_replace);
        }

        return stood;
    }

    /// <summary>The rules of a dataset, without the service's own.</summary>
    public static List<IssuedRowRule> Read(DuckDbSession session, string dataset) =>
        [.. All(session, dataset).Where(rule => rule.Name != Closed)];

    private static List<IssuedRowRule> All(DuckDbSession session, string dataset) =>
        session.Query(
            SqlText.Of(
                $"SELECT name, condition, members FROM {SystemTableStatements.RowRules} WHERE dataset = {SqlValue.Of(dataset)} ORDER BY name"
            ),
            reader => new IssuedRowRule(
                reader.GetString(0),
                dataset,
                reader.GetString(1),
                JsonSerializer.Deserialize<ImmutableArray<string>>(reader.GetString(2))
            )
        );

    /// <summary>The rule that keeps a dataset closed; no rule of a person can have its name.</summary>
    private const string Closed = "_closed";

    private static void Write(DuckDbSession session, string dataset, SqlText create)
    {
        var rules = All(session, dataset);
        // Whom a rule names stands in the table alone: a thousand people in the macro would be read anew with each view.
        var each = rules.Select(rule =>
            SqlText.Of($"({IsNamed(dataset, rule.Name)} AND {SqlText.FromDialect(rule.Sql)})")
        );
        var visible = rules.Count == 0 ? SqlText.Of($"TRUE") : SqlText.Join(" OR ", each);
        session.Execute(
            SqlText.Of(
                $"{create} {Macro(dataset)}() AS TABLE SELECT * FROM main.{SqlName.Of(dataset)} AS {RowMatch.Row} WHERE {visible}"
            )
        );
    }

    private static SqlText IsNamed(string dataset, string rule) =>
        SqlText.Of(
            $"""
            EXISTS (SELECT 1 FROM {SystemTableStatements.RowRules} AS _rule
                WHERE _rule.dataset = {s_dialect.Literal(dataset)} AND _rule.name = {s_dialect.Literal(rule)}
                AND {Reader.IsAmong(SqlText.Of($"CAST(CAST(_rule.members AS JSON) AS VARCHAR[])"))})
            """
        );

    private static SqlName Macro(string dataset) => SqlName.Of($"_governance_visible_{dataset}");
}
