using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>The newest rows of a table, each as a JSON object.</summary>
internal static class NewestRows
{
    public static IReadOnlyList<string> Read(DuckDbSession session, string table, int limit) =>
        TableColumns.Tables(session).Contains(table, StringComparer.Ordinal)
            ? session.Query(
                SqlText.Of(
                    $"SELECT to_json(row)::VARCHAR FROM (SELECT * FROM {SqlName.Of(table)} ORDER BY _event_time DESC, _offset DESC LIMIT {SqlValue.Of(limit)}) AS row"
                ),
                reader => reader.GetString(0)
            )
            : [];
}
