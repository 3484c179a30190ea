using System.Collections.Immutable;
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
        var found = session.Query(
            SqlText.Of(
                $"""
                SELECT table_name FROM duckdb_tables()
                WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
                  AND lower(table_name) = lower({SqlValue.Of(table)})
                """
            ),
            reader => reader.GetString(0)
        );
        if (found.Count == 0)
        {
            return null;
        }

        if (!string.Equals(found[0], table, StringComparison.Ordinal))
        {
            throw new SinkSchemaException(
                $"Table {table}: {found[0]} stands there, which the warehouse takes for the same. Rename the dataset."
            );
        }

        var columns = session.Query(
            SqlText.Of(
                $"""
                SELECT column_name, data_type FROM duckdb_columns()
                WHERE database_name = current_database() AND schema_name = 'main' AND table_name = {SqlValue.Of(table)}
                ORDER BY column_index
                """
            ),
            reader => (Name: reader.GetString(0), Type: reader.GetString(1))
        );
        return new([
            .. columns
                .Where(column => !IsSystem(column.Name))
                .Select(column => new MaskedField(column.Name, DuckDbTypeReader.Parse(column.Type), Nullable: true)),
        ]);
    }
}
