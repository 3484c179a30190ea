using Governance.Masking.GoogleCloud;

namespace Governance.Policies.Warehouse.BigQuery;

/// <summary>Settings of the warehouse in BigQuery.</summary>
public sealed class BigQueryOptions
{
    /// <summary>Where these settings stand in the configuration.</summary>
    public const string SectionName = "Governance:Warehouse:BigQuery";

    // https://cloud.google.com/bigquery/docs/time-travel#configure_the_time_travel_window
    private const int ShortestTimeTravel = 2;
    private const int LongestTimeTravel = 7;

    /// <summary>The project that holds the datasets. Required.</summary>
    public string Project { get; set; } = "";

    /// <summary>The dataset where masked tables land. Required.</summary>
    public string Dataset { get; set; } = "";

    /// <summary>The dataset where views are issued. Required; another one than <see cref="Dataset"/>, since it is what analysts may see.</summary>
    public string PublishedDataset { get; set; } = "";

    /// <summary>The project in which jobs run and are paid. Default: <see cref="Project"/>.</summary>
    public string? BillingProject { get; set; }

    /// <summary>Where datasets and jobs are. Default <c>EU</c>.</summary>
    public string Location { get; set; } = "EU";

    /// <summary>The most bytes that one job may be billed for; one that would need more is refused before it runs. Default: no limit.</summary>
    public long? MaximumBytesBilled { get; set; }

    /// <summary>
    /// A credentials file of Google: a service account's key, or the configuration of a workload identity. Default: application default
    /// credentials, that is <c>GOOGLE_APPLICATION_CREDENTIALS</c> or the identity of the machine.
    /// </summary>
    public string? CredentialsFile { get; set; }

    /// <summary>A bearer token as it is, for tests and emulators; only together with <see cref="Endpoint"/>. Default: none.</summary>
    public string? AccessToken { get; set; }

    /// <summary>
    /// The service's own account, as IAM writes it (<c>serviceAccount:name@project.iam.gserviceaccount.com</c>), which row access policies
    /// must let through. Default: what BigQuery says of whoever asks.
    /// </summary>
    public string? ServiceAccount { get; set; }

    /// <summary>The address of BigQuery's REST interface. Plain HTTP on loopback alone. Default <c>https://bigquery.googleapis.com/</c>.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>
    /// The address of the Storage Write API. Plain HTTP on loopback alone. Default <c>https://bigquerystorage.googleapis.com/</c>.
    /// </summary>
    public Uri? StorageWriteEndpoint { get; set; }

    /// <summary>How long one call is tried again for a transient fault, all tries and waits together. Default two minutes.</summary>
    public TimeSpan RetryBudget { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one try waits for its answer. Default one minute.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a running job is looked at, at most; the first looks come sooner. Default five seconds.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Statements that change rows of one table at the same time, in this process. BigQuery runs two and queues twenty. Default 2.
    /// </summary>
    public int MaxMutatingPerTable { get; set; } = 2;

    /// <summary>
    /// Days for which deleted rows can be brought back by time travel (2 to 7), as set on datasets that the service creates; seven days of
    /// fail-safe follow. The fewer, the sooner an erasure is physical. Default 2.
    /// </summary>
    public int TimeTravel { get; set; } = ShortestTimeTravel;

    /// <summary>
    /// Policy tags that the service puts on columns that it makes: full resource names, by Fideslang key (<c>user.contact</c>). Of several keys
    /// that cover a column's category the most specific counts. Default: none.
    /// </summary>
    public IDictionary<string, string> PolicyTags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How Google is called.</summary>
    internal GoogleAccess Access() =>
        new()
        {
            CredentialsFile = string.IsNullOrWhiteSpace(CredentialsFile) ? null : CredentialsFile,
            Endpoint = Endpoint,
            AccessToken = string.IsNullOrWhiteSpace(AccessToken) ? null : AccessToken,
        };

    /// <summary>The project in which jobs run.</summary>
    internal string JobProject => string.IsNullOrWhiteSpace(BillingProject) ? Project : BillingProject;

    /// <summary>All that is wrong with these settings; empty when all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (
            var (name, value) in new[]
            {
                (nameof(Project), Project),
                (nameof(Dataset), Dataset),
                (nameof(PublishedDataset), PublishedDataset),
                (nameof(Location), Location),
            }
        )
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return $"{SectionName}:{name} is empty.";
            }
        }

        foreach (
            var (name, value) in new[] { (nameof(Dataset), Dataset), (nameof(PublishedDataset), PublishedDataset) }
        )
        {
            if (!value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_'))
            {
                yield return $"{SectionName}:{name} may hold letters, digits and underscores alone.";
            }
        }

        if (Dataset.Length > 0 && string.Equals(Dataset, PublishedDataset, StringComparison.Ordinal))
        {
            yield return $"{SectionName}:{nameof(PublishedDataset)} is {nameof(Dataset)}: analysts would see the tables themselves.";
        }

        if (MaximumBytesBilled is <= 0)
        {
            yield return $"{SectionName}:{nameof(MaximumBytesBilled)} must be 1 or more, or absent.";
        }

        foreach (var (member, fault) in Access().Faults())
        {
            yield return $"{SectionName}:{member}: {fault}";
        }

        if (ServiceAccount is { Length: > 0 } account && !account.Contains(':', StringComparison.Ordinal))
        {
            yield return $"{SectionName}:{nameof(ServiceAccount)} is no IAM member: write serviceAccount:<address>.";
        }

        if (StorageWriteEndpoint is { } write && !IsSafe(write))
        {
            yield return $"{SectionName}:{nameof(StorageWriteEndpoint)} must be https, or http on loopback.";
        }

        foreach (
            var (name, value) in new[]
            {
                (nameof(RetryBudget), RetryBudget),
                (nameof(RequestTimeout), RequestTimeout),
                (nameof(PollInterval), PollInterval),
            }
        )
        {
            if (value <= TimeSpan.Zero)
            {
                yield return $"{SectionName}:{name} must be more than zero.";
            }
        }

        foreach (var (key, tag) in PolicyTags)
        {
            if (tag.Split('/') is not ["projects", _, "locations", _, "taxonomies", _, "policyTags", _])
            {
                yield return $"{SectionName}:{nameof(PolicyTags)}:{key} is no policy tag: write projects/<project>/locations/<location>/taxonomies/<id>/policyTags/<id>.";
            }
        }

        if (MaxMutatingPerTable < 1)
        {
            yield return $"{SectionName}:{nameof(MaxMutatingPerTable)} must be 1 or more.";
        }

        if (TimeTravel is < ShortestTimeTravel or > LongestTimeTravel)
        {
            yield return $"{SectionName}:{nameof(TimeTravel)} must be {ShortestTimeTravel} to {LongestTimeTravel} days.";
        }
    }

    private static bool IsSafe(Uri address) =>
        address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
