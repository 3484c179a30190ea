using System.Diagnostics.Metrics;
using Governance.Api.Configuration;

namespace Governance.Api.Features.Streams.Hygiene;

/// <summary>Looks at the raw topics every half hour, and says in the log and as a metric what differs, or is not known.</summary>
internal sealed partial class HygieneWatch : Worker
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(30);

    private readonly Meter _meter = new("Governance.Topics");
    private readonly TopicHygiene _hygiene;
    private readonly TimeProvider _time;
    private readonly ILogger<HygieneWatch> _logger;
    private HashSet<string> _told = new(StringComparer.Ordinal);

    public HygieneWatch(TopicHygiene hygiene, TimeProvider time, ILogger<HygieneWatch> logger)
    {
        (_hygiene, _time, _logger) = (hygiene, time, logger);
        _meter.CreateObservableGauge(
            "governance.topics.findings",
            () => (_hygiene.Last?.Topics ?? []).SelectMany(Measure),
            "{finding}",
            "Raw topics that the broker keeps in another way than their contract demands, or that it says nothing of"
        );
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        // Topics are made with their first event.
        await Task.Delay(s_first, _time, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Tell((await _hygiene.LookAsync(stoppingToken)).Topics);
            }
            catch (Exception exception)
                when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception.GetType().Name);
            }

            await Task.Delay(s_interval, _time, stoppingToken);
        }
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    // Once for each difference: it stands at GET /streams/findings for as long as it stands.
    private void Tell(IReadOnlyList<TopicState> topics)
    {
        var now = new HashSet<string>(StringComparer.Ordinal);
        foreach (var topic in topics)
        {
            foreach (var finding in topic.Findings)
            {
                if (now.Add($"{topic.Topic} {finding.Code}") && !_told.Contains($"{topic.Topic} {finding.Code}"))
                {
                    LogFinding(topic.Topic, finding.Code, finding.Setting, finding.Found, finding.Demanded);
                }
            }
        }

        if (topics.Count(topic => topic.State == TopicState.NotKnown) is > 0 and var unknown)
        {
            LogUnknown(unknown);
        }

        _told = now;
    }

    private static IEnumerable<Measurement<long>> Measure(TopicState topic) =>
        topic.State == TopicState.NotKnown
            ? [Of(topic.Topic, TopicState.NotKnown)]
            : topic.Findings.Select(finding => Of(topic.Topic, finding.Code));

    private static Measurement<long> Of(string topic, string code) => new(1, new("topic", topic), new("code", code));

    [LoggerMessage(
        LogLevel.Warning,
        "The raw topic {Topic} is kept in another way than its contract demands ({Code}): {Setting} is {Found}, demanded is {Demanded}. See GET /streams/findings."
    )]
    private partial void LogFinding(string topic, string code, string setting, string found, string demanded);

    [LoggerMessage(
        LogLevel.Information,
        "The broker does not say how {Count} raw topics are set: whether they are kept as their contracts demand is not known"
    )]
    private partial void LogUnknown(int count);

    [LoggerMessage(LogLevel.Error, "Raw topics could not be looked at: {Fault}. It is tried again.")]
    private partial void LogFailed(string fault);
}
