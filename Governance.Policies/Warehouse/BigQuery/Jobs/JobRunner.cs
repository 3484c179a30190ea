using System.Runtime.CompilerServices;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Microsoft.Extensions.Logging;

namespace Governance.Policies.Warehouse.BigQuery.Jobs;

/// <summary>
/// Runs statements as jobs, each once. A job's id says which statement it is, for ever; a failed job has changed nothing and its id is
/// used up, so the next attempt has the next id of the chain <c>id, id_2, id_3 …</c>, and an attempt is made only where the one before it
/// is known to have failed. BigQuery's own history of jobs holds the chain: whoever starts again finds a job that runs, or that is
/// done, and never runs it twice.
/// </summary>
internal sealed partial class JobRunner(BigQueryClient client, TimeProvider time, ILogger<JobRunner> logger)
    : IAsyncDisposable
{
    /// <summary>The id belongs to another statement.</summary>
    public const string JobIdReused = "job_id_reused";

    // Attempts after a conflict with another statement, in one call. https://cloud.google.com/bigquery/docs/transactions#transaction_concurrency
    private const int MostConflicts = 5;

    // The first looks at a job come sooner than the interval, since most jobs are short.
    private const int SoonerLooks = 5;

    private readonly TableGates _gates = new(client.Options.MaxMutatingPerTable);
    private readonly CancellationTokenSource _stopped = new();
    private int _disposed;

    /// <summary>
    /// Runs a statement to its end; where it has run, or runs, gives what came of it. To cancel is to stop waiting: the job goes on, and is
    /// found by the next call.
    /// </summary>
    /// <returns>What the job did; or why it failed, and then the same call makes the next attempt.</returns>
    public async Task<Answer<JobOutcome>> RunAsync(JobRequest request, CancellationToken cancellationToken)
    {
        var id = JobIds.From(request.Id);
        var place = await _gates.EnterAsync(request.Mutates, cancellationToken);
        var leave = place;
        try
        {
            var conflicts = 0;
            while (true)
            {
                var job = await WaitAsync(await StartAsync(id, request, cancellationToken), cancellationToken);
                if (job.Status?.ErrorResult is not { } error)
                {
                    return Outcome(job);
                }

                var refusal = await RefusalAsync(job, error, request, cancellationToken);
                LogFailed(logger, job.Reference!.JobId, refusal.Code);
                if (refusal.Code is not BigQueryErrors.ConcurrentChange || ++conflicts >= MostConflicts)
                {
                    return refusal;
                }

                await Task.Delay(client.Retry.Delay(conflicts), time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            leave = LeaveLater(id, request, place);
            throw;
        }
        catch (WarehouseException exception)
        {
            leave = exception.Refusal.IsTransient ? LeaveLater(id, request, place) : place;
            return exception.Refusal;
        }
        finally
        {
            leave?.Dispose();
        }
    }

    /// <summary>The rows of a job that was done, page by page; none for a statement that has no answer.</summary>
    /// <exception cref="WarehouseException">They could not be read.</exception>
    public async IAsyncEnumerable<QueryRow> ReadAsync(
        JobOutcome job,
        int? pageSize,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? token = null;
        RowShape? shape = null;
        do
        {
            var page = await client.GetQueryResultsAsync(job.Reference, token, pageSize, cancellationToken);
            shape ??= page.Schema is { } schema ? new RowShape(schema.Fields) : null;
            if (shape is not null)
            {
                foreach (var row in page.Rows ?? [])
                {
                    yield return new QueryRow(shape, row);
                }
            }

            token = page.PageToken;
        } while (!string.IsNullOrEmpty(token));
    }

    /// <summary>Runs a query and gives all of its rows.</summary>
    public async Task<Answer<IReadOnlyList<QueryRow>>> QueryAsync(
        JobRequest request,
        CancellationToken cancellationToken
    )
    {
        var answer = await RunAsync(request, cancellationToken);
        if (!answer.TryGet(out var job))
        {
            return answer.Refusal!;
        }

        try
        {
            var rows = new List<QueryRow>();
            await foreach (var row in ReadAsync(job, null, cancellationToken))
            {
                rows.Add(row);
            }

            return rows;
        }
        catch (WarehouseException exception)
        {
            return exception.Refusal;
        }
    }

    /// <summary>What a statement would read, and what its answer would be, without running it.</summary>
    public async Task<Answer<JobEstimate>> EstimateAsync(
        BigQueryStatement statement,
        JobPurpose purpose,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var job = await client.DryRunAsync(Configuration(statement, purpose), cancellationToken);
            if (job.Status?.ErrorResult is { } error)
            {
                return BigQueryErrors.Of(null, error.Reason, error.Message, "an estimate", time.GetUtcNow());
            }

            var query = job.Statistics?.Query;
            return new JobEstimate(
                query?.TotalBytesProcessed ?? job.Statistics?.TotalBytesProcessed ?? 0,
                query?.StatementType ?? "",
                [.. query?.ReferencedTables ?? []],
                [.. query?.Schema?.Fields ?? []],
                Member(job.UserEmail)
            );
        }
        catch (WarehouseException exception)
        {
            return exception.Refusal;
        }
    }

    /// <summary>
    /// The newest attempt of a job, as it is now; <see langword="null"/> where there was none. Starts nothing.
    /// </summary>
    public async Task<JobResource?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await NewestAsync(JobIds.From(id), null, cancellationToken)).Job;

    /// <summary>Stops waiting for jobs that nobody waits for any more. They go on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) is 0)
        {
            await _stopped.CancelAsync();
            _stopped.Dispose();
        }
    }

    // The job that is to be waited for: a new attempt, or the newest one that has not failed.
    private async Task<JobResource> StartAsync(string id, JobRequest request, CancellationToken cancellationToken)
    {
        var attempt = 1;
        var started = time.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            if (await InsertAsync(id, attempt, request, cancellationToken) is { } made)
            {
                return made;
            }

            var (newest, number) = await NewestAsync(id, request, cancellationToken);
            if (newest is { IsDone: true, Status.ErrorResult: not null })
            {
                // Known to have failed: the next of the chain.
                attempt = number + 1;
                continue;
            }

            if (newest is not null)
            {
                return newest;
            }

            // The id is taken, and the job is not to be seen (yet): neither run nor given up.
            attempt = 1;
            var delay = client.Retry.Delay(tries);
            if (time.GetElapsedTime(started) + delay > client.Options.RetryBudget)
            {
                throw new WarehouseException(
                    new Refusal(
                        RefusalKind.Away,
                        "job_unseen",
                        $"BigQuery says that job {id} is there, and does not show it. Ask again; check the location."
                    )
                );
            }

            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private Task<JobResource?> InsertAsync(
        string id,
        int attempt,
        JobRequest request,
        CancellationToken cancellationToken
    ) =>
        client.InsertJobAsync(
            new JobResource
            {
                Reference = Reference(JobIds.Attempt(id, attempt)),
                Configuration = Configuration(request.Statement, request.Purpose),
            },
            cancellationToken
        );

    // Attempts have no gaps, so the newest is found by doubling and halving, however many there were.
    private async Task<(JobResource? Job, int Attempt)> NewestAsync(
        string id,
        JobRequest? request,
        CancellationToken cancellationToken
    )
    {
        JobResource? newest = null;
        var (there, missing) = (0, 1);
        while (await LookAsync(missing) is { } found)
        {
            (newest, there, missing) = (found, missing, missing * 2);
        }

        while (missing - there > 1)
        {
            var middle = there + ((missing - there) / 2);
            if (await LookAsync(middle) is { } found)
            {
                (newest, there) = (found, middle);
            }
            else
            {
                missing = middle;
            }
        }

        return (newest, there);

        async Task<JobResource?> LookAsync(int attempt)
        {
            var job = await client.FindJobAsync(Reference(JobIds.Attempt(id, attempt)), cancellationToken);
            if (job is not null && request is not null)
            {
                Same(job, request);
            }

            return job;
        }
    }

    private static void Same(JobResource job, JobRequest request)
    {
        var hash = "";
        if (
            job.Configuration?.Labels?.TryGetValue(JobLabels.Statement, out hash) is not true
            || !string.Equals(hash, JobLabels.HashOf(request.Statement), StringComparison.Ordinal)
        )
        {
            throw new WarehouseException(
                new Refusal(
                    RefusalKind.Invalid,
                    JobIdReused,
                    $"Job {job.Reference?.JobId} ran another statement. A job's id belongs to one statement: choose another one."
                )
            );
        }
    }

    private async Task<JobResource> WaitAsync(JobResource job, CancellationToken cancellationToken)
    {
        var reference = job.Reference!;
        for (var looks = 0; !job.IsDone; looks++)
        {
            var interval = client.Options.PollInterval / Math.Pow(2, Math.Max(0, SoonerLooks - looks));
            await Task.Delay(interval, time, cancellationToken);
            job =
                await client.FindJobAsync(reference, cancellationToken)
                ?? throw new WarehouseException(
                    new Refusal(
                        RefusalKind.Gone,
                        "job_lost",
                        $"Job {reference.JobId} was there and is not any more. See its project's history of jobs before it is run again."
                    )
                );
        }

        return job;
    }

    // Nobody waits for the job any more; its place is taken until it is done.
    private TableGates.Place? LeaveLater(string id, JobRequest request, TableGates.Place place)
    {
        if (request.Mutates is null)
        {
            return place;
        }

        _ = LeaveWhenDoneAsync(id, place);
        return null;
    }

    private async Task LeaveWhenDoneAsync(string id, TableGates.Place place)
    {
        using (place)
        {
            try
            {
                var stopped = _stopped.Token;
                if ((await NewestAsync(id, null, stopped)).Job is { } job)
                {
                    await WaitAsync(job, stopped);
                }
            }
            catch (Exception exception)
                when (exception is WarehouseException or OperationCanceledException or ObjectDisposedException)
            {
                var cause = exception.GetType().Name;
                LogLeft(logger, id, cause);
            }
        }
    }

    private async Task<Refusal> RefusalAsync(
        JobResource job,
        ErrorProto error,
        JobRequest request,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var refusal = BigQueryErrors.Of(null, error.Reason, error.Message, $"job {job.Reference!.JobId}", now);
        if (refusal.Kind is not RefusalKind.NotYet || request.Mutates is not { } table)
        {
            return refusal;
        }

        try
        {
            var found = await client.FindTableAsync(table, cancellationToken);
            return refusal with { Until = BigQueryErrors.LeavesBuffer(found?.StreamingBuffer?.OldestEntryTime, now) };
        }
        catch (WarehouseException)
        {
            // The time is a guess then; the refusal stands.
            return refusal;
        }
    }

    private JobReference Reference(string id) => new(client.Options.JobProject, id, client.Options.Location);

    private JobConfiguration Configuration(BigQueryStatement statement, JobPurpose purpose) =>
        new()
        {
            Labels = JobLabels.Of(statement, purpose),
            Query = new QueryConfiguration
            {
                Query = statement.Text,
                UseLegacySql = false,
                MaximumBytesBilled = client.Options.MaximumBytesBilled,
                ParameterMode = statement.Parameters.Count is 0 ? null : "NAMED",
                Parameters = statement.Parameters.Count is 0
                    ? null
                    : [.. statement.Parameters.Select(parameter => parameter.ToRest())],
            },
        };

    /// <summary>What a job that is done did.</summary>
    public static JobOutcome Outcome(JobResource job)
    {
        var query = job.Statistics?.Query;
        return new JobOutcome(
            job.Reference!,
            query?.StatementType ?? "",
            query?.TotalBytesProcessed ?? job.Statistics?.TotalBytesProcessed ?? 0,
            query?.TotalBytesBilled ?? 0,
            query?.DmlStats is { } changes
                ? new RowChanges(changes.Inserted ?? 0, changes.Updated ?? 0, changes.Deleted ?? 0)
                : null,
            [.. query?.ReferencedTables ?? []],
            query?.DdlOperationPerformed,
            query?.DdlTargetRowAccessPolicy,
            job.Statistics?.EndTime is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
            (job.Configuration?.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal)).AsReadOnly()
        );
    }

    private static string? Member(string? email) =>
        string.IsNullOrEmpty(email) ? null
        : email.EndsWith(".gserviceaccount.com", StringComparison.Ordinal) ? $"serviceAccount:{email}"
        : $"user:{email}";

    [LoggerMessage(Level = LogLevel.Warning, Message = "BigQuery: job {Job} failed ({Code}).")]
    private static partial void LogFailed(ILogger logger, string job, string code);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "BigQuery: job {Job} is not waited for any more ({Cause}); it goes on."
    )]
    private static partial void LogLeft(ILogger logger, string job, string cause);
}
