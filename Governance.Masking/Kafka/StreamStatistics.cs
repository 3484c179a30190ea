using System.Collections.Concurrent;

namespace Governance.Masking.Kafka;

/// <summary>What became of the events of each topic since the process started. Safe for concurrent use.</summary>
public sealed class StreamStatistics(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TopicCounters> _topics = new(StringComparer.Ordinal);
    private readonly long _started = time.GetTimestamp();
    private long _maskingTicks;
    private long _batchTicks;

    /// <summary>When counting began.</summary>
    public DateTimeOffset Since { get; } = time.GetUtcNow();

    /// <summary>How long batches were masked, all together.</summary>
    public TimeSpan Masking => TimeSpan.FromTicks(Interlocked.Read(ref _maskingTicks));

    /// <summary>How long batches took from their first event's masking until they had landed, all together.</summary>
    public TimeSpan Batches => TimeSpan.FromTicks(Interlocked.Read(ref _batchTicks));

    /// <summary>
    /// Which part of the time of batches masking took: 0 to 1; <see langword="null"/> before the first. The rest is quarantine and
    /// warehouse.
    /// </summary>
    public double? MaskingShare =>
        Batches.Ticks is > 0 and var all ? Math.Round(Math.Min(1, (double)Masking.Ticks / all), 4) : null;

    /// <summary>Notes a batch from its beginning; dispose of it at its end.</summary>
    /// <param name="events">How many events it has.</param>
    public BatchTrace Begin(int events) => new(this, time, events);

    /// <summary>All topics seen, by name.</summary>
    public IReadOnlyList<StreamState> Read()
    {
        var seconds = Math.Max(time.GetElapsedTime(_started).TotalSeconds, 1);
        return
        [
            // Sorting the dictionary itself would fail where a topic is added meanwhile: its array is taken under its locks.
            .. _topics
                .ToArray()
                .OrderBy(topic => topic.Key, StringComparer.Ordinal)
                .Select(topic => topic.Value.Read(topic.Key, seconds)),
        ];
    }

    /// <summary>Notes a batch that landed.</summary>
    public void Landed(MaskedEvents batch)
    {
        foreach (var group in batch.Masked)
        {
            var topic = Of(group.Rows.Dataset.Topic);
            topic.Add(masked: group.Rows.Rows.Count);
            topic.SetNewest(NewestOf(group.Rows.Rows));
        }

        foreach (var refused in batch.Refused)
        {
            Of(refused.Source.Topic).AddQuarantined(refused.Code);
        }

        foreach (var suppressed in batch.Suppressed)
        {
            Of(suppressed.Source.Topic).AddSuppressed(suppressed.IsNewer);
        }
    }

    /// <summary>
    /// Notes a batch that was delivered to masked topics. Of a dataset that goes to the warehouse, too, the landing counts what was
    /// masked, quarantined and suppressed.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="counts">Whether all events of a topic are counted here.</param>
    public void Delivered(MaskedMessages batch, Func<string, bool> counts)
    {
        // Messages of a topic come in runs, and each run is counted once.
        for (var from = 0; from < batch.Masked.Count; )
        {
            var topic = batch.Masked[from].Source.Topic;
            var to = from + 1;
            while (
                to < batch.Masked.Count && string.Equals(batch.Masked[to].Source.Topic, topic, StringComparison.Ordinal)
            )
            {
                to++;
            }

            var counters = Of(topic);
            counters.AddDelivered(to - from);
            if (counts(topic))
            {
                counters.Add(masked: to - from);
            }

            from = to;
        }

        foreach (var refused in batch.Refused.Where(refused => counts(refused.Source.Topic)))
        {
            Of(refused.Source.Topic).AddQuarantined(refused.Code);
        }

        foreach (var suppressed in batch.Suppressed.Where(suppressed => counts(suppressed.Source.Topic)))
        {
            Of(suppressed.Source.Topic).AddSuppressed(suppressed.IsNewer);
        }
    }

    /// <summary>Notes messages that left the quarantine.</summary>
    public void Redelivered(MaskedMessages batch)
    {
        foreach (var message in batch.Masked)
        {
            Of(message.Source.Topic).AddReplayed(1);
        }
    }

    /// <summary>Notes events that left the quarantine.</summary>
    public void Replayed(MaskedEvents batch)
    {
        foreach (var group in batch.Masked)
        {
            Of(group.Rows.Dataset.Topic).AddReplayed(group.Rows.Rows.Count);
        }
    }

    /// <summary>Notes how far a partition's consumption is behind its end.</summary>
    public void SetLag(string topic, int partition, long lag) => Of(topic).SetLag(partition, lag);

    /// <summary>Notes events that the broker trimmed before they were consumed.</summary>
    public void Lost(string topic, long count) => Of(topic).AddLost(count);

    internal void Took(TimeSpan masking, TimeSpan batch)
    {
        Interlocked.Add(ref _maskingTicks, masking.Ticks);
        Interlocked.Add(ref _batchTicks, batch.Ticks);
    }

    private static DateTimeOffset NewestOf(IReadOnlyList<MaskedRow> rows)
    {
        var newest = DateTimeOffset.MinValue;
        foreach (var row in rows)
        {
            newest = row.EventTime > newest ? row.EventTime : newest;
        }

        return newest;
    }

    private TopicCounters Of(string topic) => _topics.GetOrAdd(topic, _ => new TopicCounters());

    private sealed class TopicCounters
    {
        private readonly ConcurrentDictionary<int, long> _lag = new();
        private readonly ConcurrentDictionary<string, long> _codes = new(StringComparer.Ordinal);
        private long _newest;
        private long _masked;
        private long _quarantined;
        private long _suppressed;
        private long _suppressedNewer;
        private long _replayed;
        private long _lost;
        private long _delivered;

        public void Add(long masked) => Interlocked.Add(ref _masked, masked);

        public void AddSuppressed(bool isNewer)
        {
            Interlocked.Increment(ref _suppressed);
            if (isNewer)
            {
                Interlocked.Increment(ref _suppressedNewer);
            }
        }

        public void AddQuarantined(string code)
        {
            Interlocked.Increment(ref _quarantined);
            _codes.AddOrUpdate(code, 1, (_, count) => count + 1);
        }

        // Batches land side by side: the newest stays.
        public void SetNewest(DateTimeOffset time)
        {
            var ticks = time.UtcTicks;
            for (var seen = Interlocked.Read(ref _newest); ticks > seen; )
            {
                var before = Interlocked.CompareExchange(ref _newest, ticks, seen);
                if (before == seen)
                {
                    return;
                }

                seen = before;
            }
        }

        public void AddDelivered(long count) => Interlocked.Add(ref _delivered, count);

        public void AddReplayed(long count) => Interlocked.Add(ref _replayed, count);

        public void AddLost(long count) => Interlocked.Add(ref _lost, count);

        public void SetLag(int partition, long lag) => _lag[partition] = lag;

        public StreamState Read(string topic, double seconds)
        {
            var masked = Interlocked.Read(ref _masked);
            var quarantined = Interlocked.Read(ref _quarantined);
            var suppressed = Interlocked.Read(ref _suppressed);
            var consumed = masked + quarantined + suppressed;
            return new StreamState(
                topic,
                consumed,
                masked,
                quarantined,
                suppressed,
                Interlocked.Read(ref _replayed),
                Interlocked.Read(ref _lost),
                _lag.Values.Sum(),
                Math.Round(consumed / seconds, 2)
            )
            {
                Codes = new SortedDictionary<string, long>(
                    _codes.ToArray().ToDictionary(code => code.Key, code => code.Value, StringComparer.Ordinal),
                    StringComparer.Ordinal
                ),
                Newest = Interlocked.Read(ref _newest) is > 0 and var ticks
                    ? new DateTimeOffset(ticks, TimeSpan.Zero)
                    : null,
                Delivered = Interlocked.Read(ref _delivered),
                SuppressedNewer = Interlocked.Read(ref _suppressedNewer),
            };
        }
    }
}

/// <summary>One topic's counts since the process started.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Consumed">Events that were consumed and are done with.</param>
/// <param name="Masked">Of these, rows that landed.</param>
/// <param name="Quarantined">Of these, events that went to quarantine.</param>
/// <param name="Suppressed">Of these, events about erased people, dropped.</param>
/// <param name="Replayed">Rows that landed out of quarantine.</param>
/// <param name="Lost">Events that the broker had trimmed before they were consumed.</param>
/// <param name="Lag">Events between the last consumed and the end of the topic.</param>
/// <param name="Rate">Consumed events a second, over the whole time.</param>
public sealed record StreamState(
    string Topic,
    long Consumed,
    long Masked,
    long Quarantined,
    long Suppressed,
    long Replayed,
    long Lost,
    long Lag,
    double Rate
)
{
    /// <summary>The quarantined events by their code.</summary>
    public IReadOnlyDictionary<string, long> Codes { get; init; } =
        new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>The Kafka timestamp of the newest event that landed; <see langword="null"/> before the first.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>Messages that this process delivered to the masked topic.</summary>
    public long Delivered { get; init; }

    /// <summary>Of the suppressed events, those that are newer than the erasure of whom they are about: these people seem to come again.</summary>
    public long SuppressedNewer { get; init; }

    /// <summary>A topic of which no event has come yet.</summary>
    public static StreamState Quiet(string topic) => new(topic, 0, 0, 0, 0, 0, 0, 0, 0);
}
