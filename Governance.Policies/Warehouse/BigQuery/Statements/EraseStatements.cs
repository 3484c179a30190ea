using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Statements;

/// <summary>The statements of an erasure.</summary>
internal static class EraseStatements
{
    private static readonly SqlName s_row = RowMatch.Row;
    private static readonly SqlName s_rows = SqlName.Of("_rows");
    private static readonly ImmutableArray<string> s_identity =
    [
        SystemColumns.Source,
        SystemColumns.Partition,
        SystemColumns.Offset,
    ];

    /// <summary>
    /// Counts over a table, in one statement. In order: rows as of an instant; those of them that match; the checksum that the control rows
    /// must keep; rows that match, whenever they came.
    /// </summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="job">The job.</param>
    /// <param name="columns">The table's columns, those too that somebody else made.</param>
    /// <param name="match">The condition; <see langword="null"/> where no row can match.</param>
    /// <param name="asOf">
    /// Rows that landed later are not counted: after a restart, the count after the statement must speak of the same rows as the one before it.
    /// </param>
    /// <remarks>
    /// The checksum is the sum of all rows' hashes, taken of each row as it must be afterwards: 0 for one that is to be deleted, that of
    /// the cleared row for one that is to be cleared. A deletion hashes what tells rows apart, which is cheap to read; it cannot change a
    /// row that it leaves. An update could, so it hashes whole rows: every column by its name, so that one which the table gets between two
    /// counts is in neither.
    /// </remarks>
    public static SqlText Counts(
        SqlDialect dialect,
        ErasureJob job,
        ImmutableArray<BigQueryField> columns,
        SqlText? match,
        DateTimeOffset asOf
    )
    {
        var (hash, afterwards) = Hashes(job, columns);
        var matches = match is null ? SqlText.Of($"FALSE") : SqlText.Of($"COALESCE({match}, FALSE)");
        return SqlText.Of(
            $"""
            SELECT COUNTIF(landed), COUNTIF(landed AND matched),
                CAST(COALESCE(SUM(IF(landed, CAST(IF(matched, afterwards, present) AS BIGNUMERIC), 0)), 0) AS STRING),
                COUNTIF(matched)
            FROM (
                SELECT {s_row}._ingested_at <= {SqlValue.Of(asOf)} AS landed, {matches} AS matched,
                    {hash} AS present, {afterwards} AS afterwards
                FROM {dialect.Table(job.Dataset.Name)} AS {s_row}) AS {s_rows}
            """
        );
    }

    /// <summary>The mutating statement.</summary>
    public static SqlText Mutate(SqlDialect dialect, ErasureJob job, StructType shape, SqlText match)
    {
        var table = dialect.Table(job.Dataset.Name);
        if (job.Action == ErasureAction.Delete)
        {
            return SqlText.Of($"DELETE FROM {table} AS {s_row} WHERE {match}");
        }

        var cleared = ClearableColumns
            .Of(job.Dataset, shape, job.Columns)
            .Select(field => SqlText.Of($"{s_row}.{SqlName.Of(field.Name)} = {Cleared(field)}"));
        return SqlText.Of($"UPDATE {table} AS {s_row} SET {SqlText.Join(", ", cleared)} WHERE {match}");
    }

    private static (SqlText Hash, SqlText Afterwards) Hashes(ErasureJob job, ImmutableArray<BigQueryField> columns)
    {
        if (job.Action == ErasureAction.Delete)
        {
            return (Hash([.. s_identity.Select(Column)]), SqlText.Of($"0"));
        }

        var cleared = ClearableColumns
            .Of(job.Dataset, FieldMapping.ToMasked(columns), job.Columns)
            .ToDictionary(field => field.Name, StringComparer.Ordinal);
        return (
            Hash(columns.Select(column => Column(column.Name))),
            Hash(
                columns.Select(column =>
                    cleared.TryGetValue(column.Name, out var field)
                        ? SqlText.Of($"{Cleared(field)} AS {SqlName.Of(field.Name)}")
                        : Column(column.Name)
                )
            )
        );
    }

    private static SqlText Hash(IEnumerable<SqlText> columns) =>
        SqlText.Of($"FARM_FINGERPRINT(TO_JSON_STRING(STRUCT({SqlText.Join(", ", columns)})))");

    private static SqlText Column(string name) => SqlText.Of($"{s_row}.{SqlName.Of(name)}");

    // Without naming the type: nothing of the column, and of its type. A list is never null in a table, but empty.
    private static SqlText Cleared(MaskedField field)
    {
        var column = Column(field.Name);
        return field.Type is ListType or MapType
            ? SqlText.Of($"ARRAY(SELECT _nothing FROM UNNEST({column}) AS _nothing WHERE FALSE)")
            : SqlText.Of($"IF(FALSE, {column}, NULL)");
    }
}
