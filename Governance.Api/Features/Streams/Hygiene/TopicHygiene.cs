using Governance.Api.Features.SubjectRequests;
using Governance.Masking.Contracts;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Streams.Hygiene;

/// <summary>Looks whether raw topics are set as their contracts demand, and remembers for a while what it saw.</summary>
internal sealed class TopicHygiene(
    ITopicConfigs configs,
    IContractCatalogSource contracts,
    IOptions<SubjectRequestOptions> options,
    TimeProvider time
) : IDisposable
{
    private static readonly TimeSpan s_believed = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile HygieneReport? _last;

    /// <summary>What was seen last, by this process; <see langword="null"/> before the first look.</summary>
    public HygieneReport? Last => _last;

    /// <summary>Looks, unless somebody did a moment ago.</summary>
    public async Task<HygieneReport> LookAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (
                _last is { } last
                && time.GetUtcNow() - last.At < s_believed
                && ReferenceEquals(last.Catalog, contracts.Current)
            )
            {
                return last;
            }

            var catalog = contracts.Current;
            var found = await configs.ReadAsync(
                [.. catalog.Datasets.Select(dataset => dataset.Topic).Distinct(StringComparer.Ordinal)],
                cancellationToken
            );
            return _last = new HygieneReport(
                time.GetUtcNow(),
                [
                    .. catalog
                        .Datasets.OrderBy(dataset => dataset.Topic, StringComparer.Ordinal)
                        .Select(dataset => StateOf(dataset, found[dataset.Topic])),
                ],
                catalog
            );
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private TopicState StateOf(Dataset dataset, TopicConfig config)
    {
        var findings = TopicRules.Compare(dataset, config, options.Value.RawTopicRetentionDays);
        return config.Values is null
            ? new TopicState(
                dataset.Topic,
                dataset.Name,
                TopicState.NotKnown,
                config.Unknown,
                "Let the service describe the topic's settings (the right DescribeConfigs), or look at them yourself: retention.ms, cleanup.policy, max.compaction.lag.ms.",
                []
            )
            : new TopicState(
                dataset.Topic,
                dataset.Name,
                findings.Count == 0 ? TopicState.AsDemanded : TopicState.Differs,
                null,
                null,
                findings
            );
    }
}

/// <summary>What was seen of all raw topics.</summary>
internal sealed record HygieneReport(DateTimeOffset At, IReadOnlyList<TopicState> Topics, ContractCatalog Catalog);

/// <summary>What was seen of one raw topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Dataset">Its dataset.</param>
/// <param name="State"><c>as_demanded</c>, <c>differs</c> or <c>unknown</c>.</param>
/// <param name="Why">Where it is unknown: Kafka's code.</param>
/// <param name="Next">Where it is unknown: what to do.</param>
/// <param name="Findings">The differences.</param>
internal sealed record TopicState(
    string Topic,
    string Dataset,
    string State,
    string? Why,
    string? Next,
    IReadOnlyList<TopicFinding> Findings
)
{
    public const string AsDemanded = "as_demanded";
    public const string Differs = "differs";
    public const string NotKnown = "unknown";
}
