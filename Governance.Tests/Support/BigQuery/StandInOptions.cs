namespace Governance.Tests.Support.BigQuery;

/// <summary>How the stand-in behaves. Defaults are those of the service, except that a job needs no time.</summary>
internal sealed record StandInOptions
{
    /// <summary>Its clock. With a fake one, time passes when the test says so.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The only project that there is.</summary>
    public string Project { get; init; } = "test-project";

    /// <summary>Where datasets and jobs are, unless they say so.</summary>
    public string Location { get; init; } = "US";

    /// <summary>The member that owns the project: it may do all, except see rows that a row access policy keeps from it.</summary>
    public string Owner { get; init; } = "serviceAccount:governance@test-project.iam.gserviceaccount.com";

    /// <summary>Members of groups, by the group's address.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>
    /// Whether every column of the service's own statements has to say whose it is, so that a column that a table gets later changes the
    /// meaning of nothing. BigQuery is not that strict.
    /// </summary>
    public bool StrictNames { get; init; } = true;

    /// <summary>How long rows of insertAll stay where DML may not touch them. https://cloud.google.com/bigquery/docs/data-manipulation-language#limitations</summary>
    public TimeSpan StreamingBuffer { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long write streams do not know of a change of their table's columns. The service takes "minutes".</summary>
    public TimeSpan SchemaLag { get; init; }

    /// <summary>How long a job waits before it runs.</summary>
    public TimeSpan JobPending { get; init; }

    /// <summary>How long a job runs. It changes its table at the end of it.</summary>
    public TimeSpan JobRunning { get; init; }

    /// <summary>Mutating statements (UPDATE, DELETE, MERGE) that run at once on a table.</summary>
    public int MutatingLimit { get; init; } = 2;

    /// <summary>Mutating statements that wait for a table; one more fails. https://cloud.google.com/bigquery/docs/data-manipulation-language#update_delete_merge_dml_concurrency</summary>
    public int QueueLimit { get; init; } = 20;

    /// <summary>Row access policies of a table. https://cloud.google.com/bigquery/quotas#row_level_security_limits</summary>
    public int PolicyLimit { get; init; } = 400;

    /// <summary>Tables and views that a statement may name. https://cloud.google.com/bigquery/quotas#query_jobs</summary>
    public int ResourceLimit { get; init; } = 1_000;

    /// <summary>Rows that an answer holds at most.</summary>
    public int PageLimit { get; init; } = 100_000;
}
