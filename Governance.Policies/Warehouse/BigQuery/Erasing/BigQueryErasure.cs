using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Statements;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Erasing;

/// <summary>
/// Carries out one erasure job: counts, one mutating statement under the job's own id, counts again. BigQuery takes nothing back, so
/// what does not add up is told, not undone.
/// </summary>
internal sealed class BigQueryErasure(BigQueryTables tables, BigQueryClient client, JobRunner jobs, TimeProvider time)
{
    private const string Feature = "erasure";

    private const string Consequence =
        "The statement has run and BigQuery cannot take it back. Time travel still shows the table as it was before: compare them, and write down what differs.";

    /// <summary>Runs the job, or goes on where it was cut off.</summary>
    /// <exception cref="ErasureInvariantException">The counts do not add up.</exception>
    /// <exception cref="WarehouseException">A count was refused.</exception>
    public async Task<Answer<ErasureOutcome>> RunAsync(ErasureJob job, CancellationToken cancellationToken)
    {
        if (await tables.FindColumnsAsync(job.Dataset.Name, cancellationToken) is not { } columns)
        {
            return Untouched(0, "0");
        }

        var shape = FieldMapping.ToMasked(columns);
        if (JobMatch.Build(tables.Dialect, job, shape) is not { } match)
        {
            var rows = await CountAsync(job, columns, null, time.GetUtcNow(), cancellationToken);
            return Untouched(rows.Rows, rows.Control);
        }

        // One that has run is only counted after: its own labels say what was there before.
        var ran = await FindDoneAsync(job, cancellationToken);
        if (ran is null)
        {
            var asOf = time.GetUtcNow();
            var before = await CountAsync(job, columns, match, asOf, cancellationToken);
            if (before.MatchedAtAll == 0)
            {
                return Untouched(before.Rows, before.Control);
            }

            var notes = new ErasureNotes(asOf, before.Rows, before.Matched, before.Control);
            var answer = await jobs.RunAsync(Request(job, shape, match, notes), cancellationToken);
            if (!answer.TryGet(out ran))
            {
                return answer.Refusal!;
            }
        }

        var noted = ErasureNotes.Read(job.JobId, ran.Labels);
        var after = await CountOnceAsync(job, columns, match, noted.AsOf, cancellationToken);
        var outcome = new ErasureOutcome(
            noted.Rows,
            noted.Matched,
            ran.Changes?.All ?? 0,
            after.Rows,
            noted.Control,
            after.Control
        );
        // Rows that landed since are no fault of the statement: verification finds them, and it runs again for them.
        ErasureInvariant.Check(job, outcome, after.Matched, Consequence);
        return outcome;
    }

    /// <summary>What the job would read, without running it.</summary>
    public async Task<Answer<CostEstimate>> EstimateAsync(ErasureJob job, CancellationToken cancellationToken)
    {
        var table = await client.FindTableAsync(tables.Source.Table(job.Dataset.Name), cancellationToken);
        if (
            table is null
            || await tables.FindShapeAsync(job.Dataset.Name, cancellationToken) is not { } shape
            || JobMatch.Build(tables.Dialect, job, shape) is not { } match
        )
        {
            return new CostEstimate(0, table?.NumRows ?? 0);
        }

        var statement = BigQueryStatements.Of(
            tables.Dialect,
            EraseStatements.Mutate(tables.Dialect, job, shape, match)
        );
        var answer = await jobs.EstimateAsync(statement, new JobPurpose(Feature, job.KeySet), cancellationToken);
        return answer.TryGet(out var estimate) ? new CostEstimate(estimate.Bytes, table.NumRows) : answer.Refusal!;
    }

    private async Task<JobOutcome?> FindDoneAsync(ErasureJob job, CancellationToken cancellationToken) =>
        await jobs.FindAsync(job.JobId, cancellationToken) is { IsDone: true, Status.ErrorResult: null } done
            ? JobRunner.Outcome(done)
            : null;

    private JobRequest Request(ErasureJob job, StructType shape, SqlText match, ErasureNotes notes) =>
        new(
            job.JobId,
            BigQueryStatements.Of(tables.Dialect, EraseStatements.Mutate(tables.Dialect, job, shape, match)),
            new JobPurpose(Feature, job.KeySet) { Notes = notes.ToLabels() },
            tables.Source.Table(job.Dataset.Name)
        );

    private async Task<Counts> CountAsync(
        ErasureJob job,
        ImmutableArray<BigQueryField> columns,
        SqlText? match,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        var statement = EraseStatements.Counts(tables.Dialect, job, columns, match, asOf);
        return Counts.Of(await tables.QueryAsync(statement, Feature, job.KeySet, cancellationToken));
    }

    // Counted under an id of its own, so that the first count after the statement is its record: whoever asks again is told the same, though
    // the key set has grown meanwhile. BigQuery keeps an answer for a day; after that, or where the columns are others now, it is counted anew.
    private async Task<Counts> CountOnceAsync(
        ErasureJob job,
        ImmutableArray<BigQueryField> columns,
        SqlText match,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        var statement = EraseStatements.Counts(tables.Dialect, job, columns, match, asOf);
        var answer = await jobs.QueryAsync(
            new JobRequest(
                $"{job.JobId}-counted",
                BigQueryStatements.Of(tables.Dialect, statement),
                new JobPurpose(Feature, job.KeySet)
            ),
            cancellationToken
        );
        return answer.Refusal is { Kind: RefusalKind.Gone } or { Code: JobRunner.JobIdReused }
            ? await CountAsync(job, columns, match, asOf, cancellationToken)
            : Counts.Of(answer.Value);
    }

    private static ErasureOutcome Untouched(long rows, string control) =>
        new(rows, Matched: 0, Affected: 0, rows, control, control);

    private sealed record Counts(long Rows, long Matched, string Control, long MatchedAtAll)
    {
        public static Counts Of(IReadOnlyList<QueryRow> rows) =>
            new(
                rows[0][0].AsLong()!.Value,
                rows[0][1].AsLong()!.Value,
                rows[0][2].AsText()!,
                rows[0][3].AsLong()!.Value
            );
    }
}
