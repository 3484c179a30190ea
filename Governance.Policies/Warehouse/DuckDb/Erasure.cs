using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// Carries out one job: counts, one mutating statement, counts again. The caller holds the transaction, and rolls it back when
/// this throws.
/// </summary>
internal static class Erasure
{
    private static readonly SqlName s_matched = SqlName.Of("_governance_matched");
    private static readonly SqlName s_row = RowMatch.Row;

    /// <summary>Runs the job.</summary>
    /// <exception cref="ErasureInvariantException">The counts do not add up.</exception>
    public static ErasureOutcome Run(DuckDbSession session, ErasureJob job, CancellationToken cancellationToken)
    {
        if (TableColumns.Read(session, job.Dataset.Name) is not { } shape)
        {
            return Untouched(default);
        }

        var table = SqlName.Of(job.Dataset.Name);
        var whole = SqlText.Of($"{table}");
        if (JobMatch.Build(DuckDbDialect.Instance, job, shape) is not { } match)
        {
            return Untouched(RowChecksum.Read(session, whole));
        }

        session.Execute(
            SqlText.Of(
                $"CREATE OR REPLACE TEMP TABLE {s_matched} AS SELECT {s_row}.rowid AS r FROM {table} AS {s_row} WHERE {match}"
            )
        );
        var matched = Long(session, SqlText.Of($"SELECT count(*) FROM temp.{s_matched}"));
        var before = Long(session, SqlText.Of($"SELECT count(*) FROM {table}"));
        var control = RowChecksum.Read(
            session,
            SqlText.Of($"(SELECT * FROM {table} WHERE rowid NOT IN (SELECT r FROM temp.{s_matched}))")
        );
        cancellationToken.ThrowIfCancellationRequested();

        // Cleared rows get other ids, so their share of the checksum is reckoned before, and taken off afterwards.
        var cleared = job.Action == ErasureAction.Clear ? ClearableColumns.Of(job.Dataset, shape, job.Columns) : [];
        var share = job.Action == ErasureAction.Clear ? RowChecksum.Read(session, AsCleared(table, cleared)) : default;
        var affected = session.Execute(Statement(job.Action, table, cleared));
        cancellationToken.ThrowIfCancellationRequested();

        var after = RowChecksum.Read(session, whole);
        var outcome = new ErasureOutcome(
            before,
            matched,
            affected,
            after.Rows,
            control.ToString(),
            after.Minus(share).ToString()
        );
        var left = Long(session, SqlText.Of($"SELECT count(*) FROM {table} AS {s_row} WHERE {match}"));
        ErasureInvariant.Check(job, outcome, left, "Nothing was changed.");
        session.Execute(SqlText.Of($"DROP TABLE temp.{s_matched}"));
        return outcome;
    }

    private static ErasureOutcome Untouched(RowChecksum rows) =>
        new(rows.Rows, Matched: 0, Affected: 0, rows.Rows, rows.ToString(), rows.ToString());

    private static SqlText Statement(ErasureAction action, SqlName table, IReadOnlyList<MaskedField> cleared)
    {
        var where = SqlText.Of($"WHERE rowid IN (SELECT r FROM temp.{s_matched})");
        return action == ErasureAction.Delete
            ? SqlText.Of($"DELETE FROM {table} {where}")
            : SqlText.Of(
                $"UPDATE {table} SET {SqlText.Join(", ", cleared.Select(field => SqlText.Of($"{SqlName.Of(field.Name)} = NULL")))} {where}"
            );
    }

    private static SqlText AsCleared(SqlName table, IReadOnlyList<MaskedField> cleared)
    {
        var nulls = cleared.Select(field =>
            SqlText.Of($"CAST(NULL AS {DuckDbTypes.Stored(field.Type)}) AS {SqlName.Of(field.Name)}")
        );
        return SqlText.Of(
            $"(SELECT * REPLACE ({SqlText.Join(", ", nulls)}) FROM {table} WHERE rowid IN (SELECT r FROM temp.{s_matched}))"
        );
    }

    private static long Long(DuckDbSession session, SqlText sql) => session.Single(sql, reader => reader.GetInt64(0));
}
