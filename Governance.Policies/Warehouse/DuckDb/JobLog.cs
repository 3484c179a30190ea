using System.Globalization;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>What erasure jobs did, recorded in the transaction that did it.</summary>
internal static class JobLog
{
    /// <summary>The outcome of a job that has run; else <see langword="null"/>.</summary>
    /// <exception cref="ArgumentException">Another job ran under this id.</exception>
    public static ErasureOutcome? Find(DuckDbSession session, ErasureJob job)
    {
        var found = session.Query(
            $"""
            SELECT rows_before, matched, affected, rows_after, control_before, control_after, key_set, dataset, action
            FROM {SystemTables.Jobs} WHERE job_id = $1
            """,
            reader =>
                (
                    Outcome: new ErasureOutcome(
                        reader.GetInt64(0),
                        reader.GetInt64(1),
                        reader.GetInt64(2),
                        reader.GetInt64(3),
                        reader.GetString(4),
                        reader.GetString(5)
                    ),
                    Job: (reader.GetString(6), reader.GetString(7), reader.GetString(8))
                ),
            job.JobId
        );
        if (found.Count == 0)
        {
            return null;
        }

        return found[0].Job == (job.KeySet, job.Dataset.Name, job.Action.ToString())
            ? found[0].Outcome
            : throw new ArgumentException($"Job id {job.JobId} belongs to another job.", nameof(job));
    }

    public static void Add(DuckDbSession session, ErasureJob job, ErasureOutcome outcome, DateTimeOffset now) =>
        session.Execute(
            $"""
            INSERT INTO {SystemTables.Jobs}
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CAST($11 AS TIMESTAMPTZ))
            """,
            job.JobId,
            job.KeySet,
            job.Dataset.Name,
            job.Action.ToString(),
            outcome.RowsBefore,
            outcome.Matched,
            outcome.Affected,
            outcome.RowsAfter,
            outcome.ControlBefore,
            outcome.ControlAfter,
            now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
        );
}
