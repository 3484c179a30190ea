using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Statements;

/// <summary>The statements of an erasure.</summary>
internal static class EraseStatements
{
    private static readonly SqlName s_row = RowMatch.Row;
    private static readonly SqlName s_rows = SqlName.Of("_rows");

    /// <summary>
    /// Counts over a table, in one statement. In order: rows as of an instant; those of them that match; the checksum that the control rows
    /// must keep; rows that match, whenever they came.
    /// </summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="job">The job.</param>
    /// <param name="shape">The table's columns.</param>
    /// <param name="match">The condition; <see langword="null"/> where no row can match.</param>
    /// <param name="asOf">
    /// Rows that landed later are not counted: after a restart, the count after the statement must speak of the same rows as the one before it.
    /// </param>
    /// <remarks>
    /// The checksum is the sum of all rows' hashes, taken of each row as it must be afterwards: 0 for one that is to be deleted, that of
    /// the cleared row for one that is to be cleared. A deletion hashes what tells rows apart, which is cheap to read; it cannot change a
    /// row that it leaves. An update could, so it hashes whole rows.
    /// </remarks>
    public static SqlText Counts(
        SqlDialect dialect,
        ErasureJob job,
        StructType shape,
        SqlText? match,
        DateTimeOffset asOf
    )
    {
        var (hash, afterwards) = Hashes(job, shape);
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
            .Select(field => SqlText.Of($"{SqlName.Of(field.Name)} = {Cleared(field)}"));
        return SqlText.Of($"UPDATE {table} AS {s_row} SET {SqlText.Join(", ", cleared)} WHERE {match}");
    }

    private static (SqlText Hash, SqlText Afterwards) Hashes(ErasureJob job, StructType shape)
    {
        if (job.Action == ErasureAction.Delete)
        {
            var identity = SqlText.Of(
                $"FARM_FINGERPRINT(TO_JSON_STRING(STRUCT({s_row}._source, {s_row}._kafka_partition, {s_row}._offset)))"
            );
            return (identity, SqlText.Of($"0"));
        }

        var cleared = ClearableColumns
            .Of(job.Dataset, shape, job.Columns)
            .Select(field => SqlText.Of($"{Cleared(field)} AS {SqlName.Of(field.Name)}"));
        return (
            SqlText.Of($"FARM_FINGERPRINT(TO_JSON_STRING({s_row}))"),
            SqlText.Of(
                $"FARM_FINGERPRINT(TO_JSON_STRING((SELECT AS STRUCT {s_row}.* REPLACE ({SqlText.Join(", ", cleared)}))))"
            )
        );
    }

    // Without naming the type: nothing of the column, and of its type. A list is never null in a table, but empty.
    private static SqlText Cleared(MaskedField field)
    {
        var column = SqlText.Of($"{s_row}.{SqlName.Of(field.Name)}");
        return field.Type is ListType or MapType
            ? SqlText.Of($"ARRAY(SELECT _nothing FROM UNNEST({column}) AS _nothing WHERE FALSE)")
            : SqlText.Of($"IF(FALSE, {column}, NULL)");
    }
}
