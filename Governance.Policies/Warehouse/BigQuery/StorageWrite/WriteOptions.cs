namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>How the sink writes over gRPC.</summary>
internal sealed record WriteOptions
{
    /// <summary>Where the Storage Write API is. Without TLS only on this machine, for tests.</summary>
    public Uri Endpoint { get; init; } = new("https://bigquerystorage.googleapis.com");

    /// <summary>How long one call is tried again before the batch is given up for now.</summary>
    public TimeSpan RetryBudget { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer may take.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a stream may take to learn of a column that was added. The documentation speaks of minutes; a batch that waits longer is tried
    /// again by its caller.
    /// </summary>
    public TimeSpan SchemaBudget { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The first pause between two tries; each is twice as long as the one before.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of rows in one request; the service takes 10 MB with all around them.</summary>
    public int MostRequestBytes { get; init; } = 9_000_000;

    /// <summary>Partitions that are written at the same time.</summary>
    public int Parallel { get; init; } = 8;
}
