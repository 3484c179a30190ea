using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>What erasure jobs did, recorded in the transaction that did it.</summary>
internal static class JobLog
{
    /// <summary>The outcome of a job that has run; else <see langword="null"/>.</summary>
    /// <exception cref="ArgumentException">Another job ran under this id.</exception>
    public static ErasureOutcome? Find(DuckDbSession session, ErasureJob job)
    {
        var found = session.Query(
            SqlText.Of(
                $"""
                SELECT rows_before, matched, affected, rows_after, control_before, control_after, key_set, dataset, action
                FROM {SystemTableStatements.Jobs} WHERE job_id = {SqlValue.Of(job.JobId)}
                """
            ),
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
                )
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
            SqlText.Of(
                $"""
                INSERT INTO {SystemTableStatements.Jobs}
                VALUES ({SqlValue.Of(job.JobId)}, {SqlValue.Of(job.KeySet)}, {SqlValue.Of(job.Dataset.Name)},
                    {SqlValue.Of(job.Action.ToString())}, {SqlValue.Of(outcome.RowsBefore)}, {SqlValue.Of(
                    outcome.Matched
                )},
                    {SqlValue.Of(outcome.Affected)}, {SqlValue.Of(outcome.RowsAfter)}, {SqlValue.Of(
                    outcome.ControlBefore
                )},
                    {SqlValue.Of(outcome.ControlAfter)}, CAST({SqlValue.Of(now)} AS TIMESTAMPTZ))
                """
            )
        );
}
