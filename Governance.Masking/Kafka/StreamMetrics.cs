using System.Diagnostics.Metrics;

namespace Governance.Masking.Kafka;

/// <summary>
/// The counts of <see cref="StreamStatistics"/> as metrics (<see cref="MeterName"/>), by topic and code; names and units are those of
/// OpenTelemetry's conventions. They are read when somebody collects: a record costs nothing more for them.
/// </summary>
public sealed class StreamMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Governance.Stream";

    private const string Records = "{record}";
    private readonly Meter _meter = new(MeterName);
    private readonly StreamStatistics _statistics;
    private readonly TimeProvider _time;

    /// <summary>Publishes the counts until it is disposed of.</summary>
    public StreamMetrics(StreamStatistics statistics, TimeProvider time)
    {
        (_statistics, _time) = (statistics, time);
        Count("consumed", "Events that were consumed and are done with", topic => topic.Consumed);
        Count("masked", "Rows that landed", topic => topic.Masked);
        Count("suppressed", "Events about erased people, dropped", topic => topic.Suppressed);
        Count(
            "suppressed.newer",
            "Of the suppressed events, those that are newer than the erasure of whom they are about",
            topic => topic.SuppressedNewer
        );
        Count("replayed", "Rows that landed out of quarantine", topic => topic.Replayed);
        Count("lost", "Events that the broker had trimmed before they were consumed", topic => topic.Lost);
        _meter.CreateObservableCounter(
            "governance.stream.quarantined",
            () => _statistics.Read().SelectMany(Quarantined),
            Records,
            "Events that could not be masked, by the code that says why"
        );
        _meter.CreateObservableGauge(
            "governance.stream.lag",
            () => _statistics.Read().Select(topic => Of(topic.Lag, topic.Topic)),
            Records,
            "Events between the last consumed and the end of the topic"
        );
        _meter.CreateObservableGauge(
            "governance.stream.newest.age",
            () => Ages(),
            "s",
            "How long ago the newest event was written whose row landed"
        );
        _meter.CreateObservableCounter(
            "governance.stream.masking.time",
            () => _statistics.Masking.TotalSeconds,
            "s",
            "How long batches were masked"
        );
        _meter.CreateObservableCounter(
            "governance.stream.batch.time",
            () => _statistics.Batches.TotalSeconds,
            "s",
            "How long batches took, masking and landing"
        );
        _meter.CreateObservableGauge(
            "governance.stream.masking.share",
            () => _statistics.MaskingShare is { } share ? [new(share)] : Array.Empty<Measurement<double>>(),
            "1",
            "Which part of the time of batches masking took since the process started"
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Count(string name, string description, Func<StreamState, long> value) =>
        _meter.CreateObservableCounter(
            $"governance.stream.{name}",
            () => _statistics.Read().Select(topic => Of(value(topic), topic.Topic)),
            Records,
            description
        );

    private IEnumerable<Measurement<double>> Ages()
    {
        var now = _time.GetUtcNow();
        return from topic in _statistics.Read()
            where topic.Newest is not null
            select new Measurement<double>(
                Math.Max(0, (now - topic.Newest!.Value).TotalSeconds),
                new KeyValuePair<string, object?>("topic", topic.Topic)
            );
    }

    private static IEnumerable<Measurement<long>> Quarantined(StreamState topic) =>
        topic.Codes.Select(code => new Measurement<long>(
            code.Value,
            new KeyValuePair<string, object?>("topic", topic.Topic),
            new KeyValuePair<string, object?>("code", code.Key)
        ));

    private static Measurement<long> Of(long value, string topic) =>
        new(value, new KeyValuePair<string, object?>("topic", topic));
}
