using System.Globalization;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// Carries out one job: counts, one mutating statement, counts again. The caller holds the transaction, and rolls it back when
/// this throws.
/// </summary>
internal static class Erasure
{
    private const string Matched = "_governance_matched";

    /// <summary>Runs the job.</summary>
    /// <exception cref="ErasureInvariantException">The counts do not add up.</exception>
    public static ErasureOutcome Run(DuckDbSession session, ErasureJob job, CancellationToken cancellationToken)
    {
        if (TableColumns.Read(session, job.Dataset.Name) is not { } shape)
        {
            return Untouched(default);
        }

        var table = Sql.Name(job.Dataset.Name);
        if (RowMatch.Build(job.Dataset.Name, shape, job.KeySet, job.Columns) is not { } match)
        {
            return Untouched(RowChecksum.Read(session, table));
        }

        session.Execute(
            $"CREATE OR REPLACE TEMP TABLE {Matched} AS SELECT rowid AS r FROM {table} WHERE {match.Condition}",
            match.Parameters
        );
        var matched = Long(session, $"SELECT count(*) FROM temp.{Matched}");
        var before = Long(session, $"SELECT count(*) FROM {table}");
        var control = RowChecksum.Read(
            session,
            $"(SELECT * FROM {table} WHERE rowid NOT IN (SELECT r FROM temp.{Matched}))"
        );
        cancellationToken.ThrowIfCancellationRequested();

        // Cleared rows get other ids, so their share of the checksum is reckoned before, and taken off afterwards.
        var cleared = job.Action == ErasureAction.Clear ? ClearableColumns.Of(job.Dataset, shape, job.Columns) : [];
        var share = job.Action == ErasureAction.Clear ? RowChecksum.Read(session, AsCleared(table, cleared)) : default;
        var affected = session.Execute(Statement(job.Action, table, cleared));
        cancellationToken.ThrowIfCancellationRequested();

        var after = RowChecksum.Read(session, table);
        var outcome = new ErasureOutcome(
            before,
            matched,
            affected,
            after.Rows,
            control.ToString(),
            after.Minus(share).ToString()
        );
        Check(job, outcome, Long(session, $"SELECT count(*) FROM {table} WHERE {match.Condition}", match.Parameters));
        session.Execute($"DROP TABLE temp.{Matched}");
        return outcome;
    }

    /// <summary>The invariant: after = before − matched (a delete), matched afterwards = 0, control rows as they were.</summary>
    /// <exception cref="ErasureInvariantException">It does not hold.</exception>
    public static void Check(ErasureJob job, ErasureOutcome outcome, long matchedAfter)
    {
        var gone = job.Action == ErasureAction.Delete ? outcome.Matched : 0;
        if (
            outcome.RowsAfter != outcome.RowsBefore - gone
            || outcome.Affected != outcome.Matched
            || matchedAfter != 0
            || !string.Equals(outcome.ControlBefore, outcome.ControlAfter, StringComparison.Ordinal)
        )
        {
            throw new ErasureInvariantException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Table {job.Dataset.Name}, job {job.JobId}: {outcome.RowsBefore} rows before, {outcome.Matched} matched, {outcome.Affected} affected, {outcome.RowsAfter} after, {matchedAfter} still match, control {outcome.ControlBefore} before and {outcome.ControlAfter} after. Nothing was changed."
                )
            );
        }
    }

    private static ErasureOutcome Untouched(RowChecksum rows) =>
        new(rows.Rows, Matched: 0, Affected: 0, rows.Rows, rows.ToString(), rows.ToString());

    private static string Statement(ErasureAction action, string table, IReadOnlyList<MaskedField> cleared)
    {
        const string Where = $"WHERE rowid IN (SELECT r FROM temp.{Matched})";
        return action == ErasureAction.Delete
            ? $"DELETE FROM {table} {Where}"
            : $"UPDATE {table} SET {string.Join(", ", cleared.Select(field => $"{Sql.Name(field.Name)} = NULL"))} {Where}";
    }

    private static string AsCleared(string table, IReadOnlyList<MaskedField> cleared)
    {
        var nulls = cleared.Select(field =>
            $"CAST(NULL AS {DuckDbTypes.Stored(field.Type)}) AS {Sql.Name(field.Name)}"
        );
        return $"(SELECT * REPLACE ({string.Join(", ", nulls)}) FROM {table} WHERE rowid IN (SELECT r FROM temp.{Matched}))";
    }

    private static long Long(DuckDbSession session, string sql, params ReadOnlySpan<object> values) =>
        session.Single(sql, reader => reader.GetInt64(0), values);
}
