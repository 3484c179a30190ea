using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>Jobs and their answers. What runs them to their end is <see cref="Jobs.JobRunner"/>.</summary>
internal sealed partial class BigQueryClient
{
    /// <summary>Starts a job; <see langword="null"/> where a job of that id is there already, which is then the one to look at.</summary>
    /// <exception cref="ArgumentException">The job has no id: one that is tried again would run twice.</exception>
    public async Task<JobResource?> InsertJobAsync(JobResource job, CancellationToken cancellationToken)
    {
        var reference = job.Reference ?? throw new ArgumentException("A job has an id.", nameof(job));
        try
        {
            return await CallAsync<JobResource>(
                new BigQueryCall(
                    "bigquery.jobs.insert",
                    "POST",
                    BigQueryCall.PathOf("projects", reference.ProjectId, "jobs"),
                    $"job {reference.JobId}"
                )
                {
                    Body = job,
                },
                cancellationToken
            );
        }
        catch (WarehouseException exception) when (exception.Refusal.Code is BigQueryErrors.AlreadyExists)
        {
            return null;
        }
    }

    /// <summary>Analyses a statement and runs nothing: what it would read, and what its answer would be.</summary>
    public Task<JobResource> DryRunAsync(JobConfiguration configuration, CancellationToken cancellationToken)
    {
        configuration.DryRun = true;
        return CallAsync<JobResource>(
            new BigQueryCall(
                "bigquery.jobs.insert",
                "POST",
                BigQueryCall.PathOf("projects", Options.JobProject, "jobs"),
                "an estimate"
            )
            {
                Body = new DryRunJob(configuration, new DryRunReference(Options.JobProject, Options.Location)),
            },
            cancellationToken
        );
    }

    /// <summary>A job; <see langword="null"/> where it is not there.</summary>
    public Task<JobResource?> FindJobAsync(JobReference job, CancellationToken cancellationToken) =>
        FindAsync<JobResource>(
            Get("bigquery.jobs.get", PathOf(job, "jobs"), $"job {job.JobId}") with
            {
                Query = Parameters(("location", job.Location)),
            },
            cancellationToken
        );

    /// <summary>Asks a job to stop. It may be done before it does.</summary>
    public async Task<JobResource?> CancelJobAsync(JobReference job, CancellationToken cancellationToken) =>
        (
            await CallAsync<JobCancelResponse>(
                new BigQueryCall("bigquery.jobs.cancel", "POST", $"{PathOf(job, "jobs")}/cancel", $"job {job.JobId}")
                {
                    Query = Parameters(("location", job.Location)),
                },
                cancellationToken
            )
        ).Job;

    /// <summary>A page of a job's answer.</summary>
    public Task<QueryResults> GetQueryResultsAsync(
        JobReference job,
        string? pageToken,
        int? pageSize,
        CancellationToken cancellationToken
    ) =>
        CallAsync<QueryResults>(
            Get("bigquery.jobs.getQueryResults", PathOf(job, "queries"), $"the answer of job {job.JobId}") with
            {
                Query = Parameters(
                    ("location", job.Location),
                    ("pageToken", pageToken),
                    ("maxResults", Text(pageSize)),
                    ("formatOptions.useInt64Timestamp", "true")
                ),
            },
            cancellationToken
        );

    private static string PathOf(JobReference job, string collection) =>
        BigQueryCall.PathOf("projects", job.ProjectId, collection, job.JobId);
}
