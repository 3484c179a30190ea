using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>What stands in the datasets' tables.</summary>
internal static class TableStates
{
    public static IReadOnlyList<TableState> Read(DuckDbSession session) =>
        [.. TableColumns.Tables(session).Select(table => Read(session, table))];

    public static IReadOnlySet<string> Filled(DuckDbSession session) =>
        TableColumns
            .Tables(session)
            .Where(table =>
                session.Single(SqlText.Of($"SELECT EXISTS (FROM {SqlName.Of(table)})"), reader => reader.GetBoolean(0))
            )
            .ToHashSet(StringComparer.Ordinal);

    private static TableState Read(DuckDbSession session, string table) =>
        session.Single(
            SqlText.Of(
                $"SELECT count(*), epoch_us(max({SqlName.Of(TableColumns.EventTime)})) FROM {SqlName.Of(table)}"
            ),
            reader => new TableState(
                table,
                reader.GetInt64(0),
                reader.IsDBNull(1)
                    ? null
                    : DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(1) * TimeSpan.TicksPerMicrosecond)
            )
        );
}
