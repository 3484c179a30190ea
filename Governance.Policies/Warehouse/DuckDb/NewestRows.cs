namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>The newest rows of a table, each as a JSON object.</summary>
internal static class NewestRows
{
    public static IReadOnlyList<string> Read(DuckDbSession session, string table, int limit) =>
        TableColumns.Tables(session).Contains(table, StringComparer.Ordinal)
            ? session.Query(
                $"SELECT to_json(row)::VARCHAR FROM (SELECT * FROM {Sql.Name(table)} ORDER BY _event_time DESC, _offset DESC LIMIT $1) AS row",
                reader => reader.GetString(0),
                limit
            )
            : [];
}
