using System.Diagnostics;

namespace Governance.Masking.Kafka;

/// <summary>
/// One batch as whoever watches sees it: how long it took, how much of that was masking, and a span each (<see cref="Source"/>). Spans say
/// how many events there were and whether they landed; no key, no value, no message of a fault.
/// </summary>
public sealed class BatchTrace : IDisposable
{
    /// <summary>Where the spans come from.</summary>
    public const string SourceName = "Governance.Stream";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly StreamStatistics _statistics;
    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly Activity? _batch;
    private Activity? _part;
    private TimeSpan _masking;
    private bool _hasLanded;

    internal BatchTrace(StreamStatistics statistics, TimeProvider time, int events)
    {
        (_statistics, _time, _begun) = (statistics, time, time.GetTimestamp());
        _batch = Source.StartActivity("governance.stream.batch", ActivityKind.Consumer);
        _batch?.SetTag("messaging.system", "kafka");
        _batch?.SetTag("messaging.batch.message_count", events);
        _part = Source.StartActivity("governance.stream.mask");
    }

    /// <summary>The batch is masked; what follows lands it.</summary>
    public void Masked()
    {
        _masking = _time.GetElapsedTime(_begun);
        _part?.Dispose();
        _part = Source.StartActivity("governance.stream.land");
    }

    /// <summary>The batch has landed.</summary>
    public void Landed() => _hasLanded = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_hasLanded)
        {
            // Its fault may quote a value: that there was one is told by the status, and which one by the log.
            _part?.SetStatus(ActivityStatusCode.Error);
            _batch?.SetStatus(ActivityStatusCode.Error);
        }

        _part?.Dispose();
        _batch?.Dispose();
        _statistics.Took(_masking, _time.GetElapsedTime(_begun));
    }
}
