using System.Collections.Immutable;
using DuckDB.NET.Data;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>A dataset's table: its system columns, and those of the records.</summary>
internal static class TableColumns
{
    public const string Partition = "_partition";
    public const string Offset = "_offset";
    public const string EventTime = "_event_time";
    public const string IngestedAt = "_ingested_at";
    public const string Source = "_source";

    /// <summary>The system columns, in their order, which come first.</summary>
    public static ImmutableArray<MaskedField> System { get; } =
    [
        new(Partition, new ScalarType(ScalarKind.Int32), Nullable: false),
        new(Offset, new ScalarType(ScalarKind.Int64), Nullable: false),
        new(EventTime, new ScalarType(ScalarKind.Timestamp), Nullable: false),
        new(IngestedAt, new ScalarType(ScalarKind.Timestamp), Nullable: false),
        new(Source, ScalarType.Text, Nullable: false),
    ];

    /// <summary>Whether the warehouse keeps this name for itself; <c>rowid</c> is DuckDB's own.</summary>
    public static bool IsSystem(string column) =>
        string.Equals(column, "rowid", StringComparison.OrdinalIgnoreCase)
        || System.Any(field => string.Equals(field.Name, column, StringComparison.OrdinalIgnoreCase));

    /// <summary>An instant as DuckDB counts it: microseconds since 1970.</summary>
    public static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The datasets' tables, by name.</summary>
    public static List<string> Tables(DuckDbSession session) =>
        session.Query(
            SqlText.Of(
                $"""
                SELECT t.table_name FROM duckdb_tables() AS t
                WHERE t.database_name = current_database() AND t.schema_name = 'main' AND NOT t.internal
                  AND NOT starts_with(lower(t.table_name), {SqlValue.Of(SystemTables.Prefix)})
                ORDER BY t.table_name
                """
            ),
            reader => reader.GetString(0)
        );

    /// <summary>The columns of the records that a table holds; <see langword="null"/> where there is no such table.</summary>
    /// <exception cref="SinkSchemaException">A table stands there whose name has other case.</exception>
    public static StructType? Read(DuckDbSession session, string table)
    {
        if (!session.Tables.Has(session, table))
        {
            return null;
        }

        List<(string Name, string Type)> columns;
        try
        {
            // The catalog's own functions list the columns of all tables to find those of one: with a thousand tables that takes too long.
            columns = session.Query(
                SqlText.Of($"DESCRIBE {SqlName.Of(table)}"),
                reader => (reader.GetString(0), reader.GetString(1))
            );
        }
        catch (DuckDBException error) when (error.Message.StartsWith("Catalog Error", StringComparison.Ordinal))
        {
            // It was there once.
            return null;
        }

        return new([
            .. columns
                .Where(column => !IsSystem(column.Name))
                .Select(column => new MaskedField(column.Name, DuckDbTypeReader.Parse(column.Type), Nullable: true)),
        ]);
    }
}
