using Confluent.Kafka;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Microsoft.Extensions.Logging;
using EventConsumer = Confluent.Kafka.IConsumer<System.ReadOnlyMemory<byte>?, System.ReadOnlyMemory<byte>?>;

namespace Governance.Masking.Kafka;

/// <summary>
/// Consumes for one way out. While a batch is passed on the next one is collected, and no third. So memory is bounded whatever the lag: two
/// batches are in hand at most, and the client fetches ahead by a fixed number of bytes.
/// </summary>
internal sealed partial class StreamConsumer(
    IWayOut way,
    IKafkaEndpoint source,
    IContractCatalogSource contracts,
    IStreamStates states,
    StreamStatistics statistics,
    InterceptorOptions options,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // A batch is held in memory twice, plain and masked: many large events must not add up.
    private const long MaximumBatchBytes = 32 * 1_024 * 1_024;

    private volatile string? _trouble;
    private long _landed;
    private bool _isPaused;

    /// <summary>Why nothing is passed on at the moment, without any value; <see langword="null"/> while all is well.</summary>
    public string? Trouble => _trouble;

    /// <summary>Runs until it is stopped. A fault never ends it: the batch is tried again, with growing pauses.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; !cancellationToken.IsCancellationRequested; attempt++)
        {
            var landed = _landed;
            try
            {
                await ConsumeAsync(cancellationToken);
            }
            catch (Exception exception) when (!IsStop(exception, cancellationToken))
            {
                // Pauses grow while nothing lands, not over the life of the process.
                attempt = _landed == landed ? attempt : 0;
                Report(exception, attempt);
                await Pause(attempt, cancellationToken);
            }
        }
    }

    private async Task ConsumeAsync(CancellationToken cancellationToken)
    {
        await source.WaitUntilFilledAsync(cancellationToken);
        while (Wanted().Length == 0)
        {
            // No contract sends anything this way: there is no consumer, and nobody waits for one.
            await Task.Delay(Second, time, cancellationToken);
        }

        await states.RefreshAsync(cancellationToken);
        using var session = await way.OpenAsync(cancellationToken);
        if (_isPaused)
        {
            (_isPaused, _trouble) = (false, null);
            LogResumed();
        }

        using var hand = new Hand();
        using var consumer = Build(session, hand, cancellationToken);
        var topics = Array.Empty<string>();
        var looked = time.GetTimestamp();
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var wanted = Wanted();
                if (wanted.Length == 0)
                {
                    return;
                }

                if (!wanted.SequenceEqual(topics, StringComparer.Ordinal))
                {
                    topics = wanted;
                    consumer.Subscribe(topics);
                }

                // Consume blocks: it has a thread of its own for as long as it takes.
                var passing = hand.Collected.Count > 0 ? Pass(session, consumer, hand, cancellationToken) : null;
                var collecting = Task.Run(() => Collect(consumer, hand, cancellationToken), cancellationToken);
                await Task.WhenAll(collecting, passing ?? collecting);
                if (passing is not null)
                {
                    var done = await passing;
                    hand.Move(done);
                    TakeBack(consumer, hand, done);
                }

                if (time.GetElapsedTime(looked) > Second)
                {
                    await states.RefreshAsync(cancellationToken);
                    MeasureLag(consumer);
                    looked = time.GetTimestamp();
                }

                Hold(consumer, hand);
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    private Task<IReadOnlyDictionary<(string Topic, int Partition), long>> Pass(
        IWaySession session,
        EventConsumer consumer,
        Hand hand,
        CancellationToken cancellationToken
    )
    {
        var batch = hand.TakeCollected();
        var passing = Task.Run(() => PassOnAsync(session, consumer, batch, cancellationToken), cancellationToken);
        hand.Passing = passing;
        return passing;
    }

    private string[] Wanted() => [.. contracts.Current.Datasets.Where(way.Takes).Select(dataset => dataset.Topic)];

    private EventConsumer Build(IWaySession session, Hand hand, CancellationToken cancellationToken)
    {
        var config = new ConsumerConfig
        {
            GroupId = way.GroupId,
            // A member that comes or goes moves the partitions that must move, and the others go on meanwhile.
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Error,
            AllowAutoCreateTopics = true,
            TopicMetadataRefreshIntervalMs = 2_000,
            FetchWaitMaxMs = 20,
            FetchMaxBytes = 64 * 1_024 * 1_024,
            MaxPartitionFetchBytes = 16 * 1_024 * 1_024,
            QueuedMaxMessagesKbytes = 32 * 1_024,
            SocketTimeoutMs = 10_000,
            SessionTimeoutMs = options.SessionTimeoutMilliseconds,
            // As Kafka advises: a heartbeat may be lost, and another.
            HeartbeatIntervalMs = options.SessionTimeoutMilliseconds / 3,
        }.For(source);
        return new ConsumerBuilder<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?>(config)
            .SetKeyDeserializer(hand.Intake)
            .SetValueDeserializer(hand.Intake)
            .SetLogHandler((_, message) => LogClient(message.Facility))
            .SetErrorHandler((_, error) => LogBroker(way.Name, error.Code))
            // These handlers run within Consume, and are given the partitions that move, not all. Whoever has a partition next begins
            // where it stands, so that what was collected of it and was not passed on comes again.
            .SetPartitionsAssignedHandler(
                (consumer, assigned) =>
                {
                    hand.Move(session.Positions(consumer, assigned, cancellationToken));
                    return assigned.ConvertAll(hand.Start);
                }
            )
            .SetPartitionsRevokedHandler(
                (_, revoked) =>
                {
                    hand.Forget(revoked.ConvertAll(gone => gone.TopicPartition));
                    hand.WaitForPassing();
                }
            )
            .SetPartitionsLostHandler((_, lost) => hand.Forget(lost.ConvertAll(gone => gone.TopicPartition)))
            .Build();
    }

    /// <summary>Fills the batch.</summary>
    private void Collect(EventConsumer consumer, Hand hand, CancellationToken cancellationToken)
    {
        var batch = hand.Collected;
        var first = 0L;
        var bytes = 0L;
        var wait = TimeSpan.FromMilliseconds(options.BatchWaitMilliseconds);
        while (
            batch.Count < options.BatchSize && bytes < MaximumBatchBytes && !cancellationToken.IsCancellationRequested
        )
        {
            var left = batch.Count == 0 ? Poll : wait - time.GetElapsedTime(first);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            ConsumeResult<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?>? consumed;
            try
            {
                consumed = consumer.Consume(left);
            }
            catch (ConsumeException exception)
                when (exception.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
            {
                SkipTrimmed(consumer, hand, exception.ConsumerRecord.TopicPartitionOffset);
                break;
            }
            catch (ConsumeException exception) when (exception.Error.Code == ErrorCode.UnknownTopicOrPart)
            {
                // The topic does not exist yet; its first event makes it.
                continue;
            }

            if (consumed is null)
            {
                if (batch.Count == 0)
                {
                    break;
                }

                continue;
            }

            if (!states.Runs(consumed.Topic))
            {
                // It was assigned, or paused, a moment ago. What is put back here is consumed when the topic goes on.
                PutBack(consumer, hand, consumed.TopicPartitionOffset);
                continue;
            }

            if (batch.Count == 0)
            {
                first = time.GetTimestamp();
            }

            bytes += (consumed.Message.Value?.Length ?? 0) + (consumed.Message.Key?.Length ?? 0);
            batch.Add(hand.Intake.Take(consumed));
        }
    }

    private async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> PassOnAsync(
        IWaySession session,
        EventConsumer consumer,
        List<SourceEvent> batch,
        CancellationToken cancellationToken
    )
    {
        var isolate = false;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var done = await session.PassOnAsync(consumer, batch, isolate, cancellationToken);
                if (_trouble is not null)
                {
                    LogRecovered();
                    _trouble = null;
                }

                _landed++;
                return done;
            }
            catch (Exception exception) when (session.EndsAfter(exception))
            {
                throw;
            }
            catch (SinkRowException) when (!isolate)
            {
                isolate = true;
            }
            catch (Exception exception) when (!IsStop(exception, cancellationToken))
            {
                Report(exception, attempt);
                await Pause(attempt, cancellationToken);
            }
        }
    }

    /// <summary>Of a topic that was halted meanwhile nothing was done: its partitions go back to where they stood.</summary>
    private static void TakeBack(
        EventConsumer consumer,
        Hand hand,
        IReadOnlyDictionary<(string Topic, int Partition), long> done
    )
    {
        if (done.Count == BatchPositions.After(hand.Passed, _ => false).Count)
        {
            return;
        }

        foreach (
            var first in hand
                .Passed.Where(item => !done.ContainsKey((item.Topic, item.Partition)))
                .GroupBy(item => (item.Topic, item.Partition))
                .Select(group => group.First())
                .ToArray()
        )
        {
            var offset = new TopicPartitionOffset(
                first.Topic,
                new Partition(first.Partition),
                new Offset(first.Offset)
            );
            // What came behind them meanwhile comes again, too.
            hand.Forget([offset.TopicPartition]);
            PutBack(consumer, hand, offset);
        }
    }

    /// <summary>Goes back to an offset, and consumes no more of the partition for now.</summary>
    private static void PutBack(EventConsumer consumer, Hand hand, TopicPartitionOffset offset)
    {
        if (!consumer.Assignment.Contains(offset.TopicPartition))
        {
            return;
        }

        Reassign(consumer, offset);
        consumer.Pause([offset.TopicPartition]);
        _ = hand.Paused.Add(offset.TopicPartition);
    }

    // A partition that failed cannot be sought in, and one that was just assigned not yet: it is taken out and put in again.
    private static void Reassign(EventConsumer consumer, TopicPartitionOffset offset)
    {
        consumer.IncrementalUnassign([offset.TopicPartition]);
        consumer.IncrementalAssign([offset]);
    }

    /// <summary>Stops and starts partitions as their topics' states say.</summary>
    private void Hold(EventConsumer consumer, Hand hand)
    {
        foreach (var partition in hand.Paused.ToArray())
        {
            if (states.Runs(partition.Topic))
            {
                _ = hand.Paused.Remove(partition);
                consumer.Resume([partition]);
            }
        }

        foreach (var partition in consumer.Assignment)
        {
            if (!states.Runs(partition.Topic) && hand.Paused.Add(partition))
            {
                // What the client has fetched ahead is dropped by this, and fetched again.
                consumer.Pause([partition]);
            }
        }
    }

    private void SkipTrimmed(EventConsumer consumer, Hand hand, TopicPartitionOffset wanted)
    {
        var kept = consumer.QueryWatermarkOffsets(wanted.TopicPartition, TimeSpan.FromSeconds(10));
        if (wanted.Offset.Value >= 0 && kept.Low.Value > wanted.Offset.Value)
        {
            statistics.Lost(wanted.Topic, kept.Low.Value - wanted.Offset.Value);
            LogLost(wanted.Topic, wanted.Partition.Value, wanted.Offset.Value, kept.Low.Value);
        }

        hand.Positions[(wanted.Topic, wanted.Partition.Value)] = kept.Low.Value;
        if (consumer.Assignment.Contains(wanted.TopicPartition))
        {
            Reassign(consumer, new TopicPartitionOffset(wanted.TopicPartition, kept.Low));
        }
    }

    private void MeasureLag(EventConsumer consumer)
    {
        foreach (var partition in consumer.Assignment)
        {
            if (contracts.Current.FindTopic(partition.Topic) is not { } dataset || !way.Counts(dataset))
            {
                continue;
            }

            var end = consumer.GetWatermarkOffsets(partition).High;
            var position = consumer.Position(partition);
            if (end.Value >= 0 && position.Value >= 0)
            {
                statistics.SetLag(partition.Topic, partition.Partition.Value, Math.Max(0, end.Value - position.Value));
            }
        }
    }

    // A time-out inside a client is a cancellation, too, but not ours: it must not end the interceptor.
    private static bool IsStop(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && cancellationToken.IsCancellationRequested;

    private void Report(Exception exception, int attempt)
    {
        if (exception is KeysUnavailableException)
        {
            // No fault of a batch: it is said once, in words that are ours.
            _trouble = exception.Message;
            if (!_isPaused)
            {
                _isPaused = true;
                LogPaused(exception.Message);
            }

            return;
        }

        // The message of a fault may hold a value: its type alone is told, and a broker's code.
        _trouble = exception is KafkaException { Error.Code: var code }
            ? $"{nameof(KafkaException)} {code}"
            : exception.GetType().Name;
        LogStalled(way.Name, _trouble, attempt + 1);
    }

    private Task Pause(int attempt, CancellationToken cancellationToken)
    {
        var milliseconds = Math.Min(100 * Math.Pow(2, Math.Min(attempt, 20)), options.MaximumRetryMilliseconds);
        return Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, cancellationToken);
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A batch did not land ({Way}: {Fault}), try {Attempt}; it is tried again, nothing is lost"
    )]
    private partial void LogStalled(string way, string fault, int attempt);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Masking pauses, and goes on by itself; nothing is quarantined because of it: {Reason}"
    )]
    private partial void LogPaused(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The keys may be used again: masking goes on")]
    private partial void LogResumed();

    [LoggerMessage(Level = LogLevel.Information, Message = "Batches land again")]
    private partial void LogRecovered();

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The broker no longer has {Topic} partition {Partition} from offset {Wanted}; consumption goes on at {Kept}"
    )]
    private partial void LogLost(string topic, int partition, long wanted, long kept);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka, {Way}: {Code}")]
    private partial void LogBroker(string way, ErrorCode code);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Kafka client: {Facility}")]
    private partial void LogClient(string facility);

    /// <summary>What a consumer has in hand; used by one thread at a time.</summary>
    private sealed class Hand : IDisposable
    {
        // So long a partition that moves waits for the batch that is passed on at the moment. Beyond it, whoever gets the partition may read
        // what this member passes on yet: positions tell, and refuse the second of the two.
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

        public EventIntake Intake { get; } = new();

        /// <summary>The batch that is collected at the moment.</summary>
        public List<SourceEvent> Collected { get; private set; } = [];

        /// <summary>The batch that is, or was last, passed on.</summary>
        public List<SourceEvent> Passed { get; private set; } = [];

        /// <summary>The passing on of <see cref="Passed"/>.</summary>
        public Task? Passing { get; set; }

        /// <summary>The next offset to consume, as far as it is known.</summary>
        public Dictionary<(string Topic, int Partition), long> Positions { get; } = [];

        public HashSet<TopicPartition> Paused { get; } = [];

        // A partition that is assigned anew, because another member came or went, goes on from here.
        public void Move(IReadOnlyDictionary<(string Topic, int Partition), long> reached)
        {
            foreach (var (partition, next) in reached)
            {
                Positions[partition] = Math.Max(Positions.GetValueOrDefault(partition), next);
            }
        }

        public TopicPartitionOffset Start(TopicPartition partition) =>
            new(
                partition,
                Positions.TryGetValue((partition.Topic, partition.Partition.Value), out var next)
                    ? new Offset(next)
                    : Offset.Beginning
            );

        public void Forget(List<TopicPartition> gone)
        {
            Collected.RemoveAll(item =>
                gone.Exists(one => one.Topic == item.Topic && one.Partition.Value == item.Partition)
            );
            Paused.ExceptWith(gone);
        }

        /// <summary>Takes the batch that was collected, and begins another.</summary>
        public List<SourceEvent> TakeCollected()
        {
            (Passed, Collected) = (Collected, Passed);
            Collected.Clear();
            return Passed;
        }

        public void Dispose() => Intake.Dispose();

        public void WaitForPassing()
        {
            if (Passing is { } passing)
            {
                _ = Task.WaitAny([passing], Patience);
            }
        }
    }
}
