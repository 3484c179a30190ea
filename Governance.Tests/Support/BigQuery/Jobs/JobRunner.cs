using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;

namespace Governance.Tests.Support.BigQuery.Jobs;

/// <summary>
/// Takes jobs from PENDING to DONE as the stand-in's clock goes, whenever anything is asked. At most two mutating statements run on a
/// table, in the order in which they came, and twenty wait; one more fails.
/// https://cloud.google.com/bigquery/docs/data-manipulation-language#update_delete_merge_dml_concurrency
/// </summary>
internal sealed class JobRunner(WorldState world, StatementExecutor executor, DdlExecutor ddl)
{
    private readonly List<JobState> _jobs = [];

    public IReadOnlyList<JobState> Jobs => _jobs;

    public void Add(JobState job)
    {
        if (job is { IsDone: false, Statement: { IsMutating: true, Target: { } target } })
        {
            var others = _jobs.Count(other => other.Mutates(target));
            if (others >= world.Options.MutatingLimit + world.Options.QueueLimit)
            {
                End(
                    job,
                    new ApiException(
                        400,
                        "resourcesExceeded",
                        Messages.QueueFull(target.LegacyName, world.Options.QueueLimit)
                    )
                );
            }
        }

        _jobs.Add(job);
    }

    public static void Cancel(JobState job, DateTimeOffset now)
    {
        if (!job.IsDone)
        {
            job.Error = new ApiException(499, "stopped", "Job execution was cancelled: User requested cancellation");
            job.Ended = now;
        }
    }

    /// <summary>Does what is due.</summary>
    public async Task SettleAsync()
    {
        for (var again = true; again; )
        {
            again = false;
            foreach (var job in _jobs.Where(job => !job.IsDone).ToList())
            {
                again |= await StepAsync(job);
            }
        }
    }

    private async Task<bool> StepAsync(JobState job)
    {
        if (job.Started is null)
        {
            var target = job.Statement is { IsMutating: true } statement ? statement.Target : null;
            var running = target is null ? 0 : _jobs.Count(other => other.Started is not null && other.Mutates(target));
            if (world.Now < job.Created + world.Options.JobPending || running >= world.Options.MutatingLimit)
            {
                return false;
            }

            job.Started = world.Now;
            return true;
        }

        if (world.Now < job.Started + world.Options.JobRunning)
        {
            return false;
        }

        try
        {
            await RunAsync(job);
            job.Ended = world.Now;
        }
        catch (ApiException exception)
        {
            End(job, exception);
        }

        return true;
    }

    private async Task RunAsync(JobState job)
    {
        var statement = job.Statement!;
        if (statement.Type is "SELECT")
        {
            job.Rows = await executor.SelectAsync(statement);
        }
        else if (statement.IsDml)
        {
            job.Counts = await executor.ChangeAsync(statement);
        }
        else
        {
            await ddl.RunAsync(job, statement);
        }
    }

    private void End(JobState job, ApiException error)
    {
        job.Error = error;
        job.Ended = world.Now;
    }
}
