using Confluent.Kafka;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Microsoft.Extensions.Logging;

namespace Governance.Masking.Kafka;

/// <summary>
/// Consumes the topics of all contracts and lands them. What it has consumed is told by the positions in the sink, never by
/// the broker's committed offsets: those are written for the eyes of Kafka's own tools.
/// </summary>
public sealed partial class Interceptor(
    IKafkaEndpoint source,
    IContractCatalogSource contracts,
    IMaskedSink sink,
    EventLander lander,
    StreamStatistics statistics,
    InterceptorOptions options,
    TimeProvider time,
    ILogger<Interceptor> logger
)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LagInterval = TimeSpan.FromSeconds(1);

    // A batch is held in memory twice, plain and masked: many large events must not add up.
    private const long MaximumBatchBytes = 32 * 1_024 * 1_024;

    private volatile string? _trouble;
    private long _landed;
    private bool _isPaused;

    /// <summary>Why nothing lands at the moment, without any value; <see langword="null"/> while all is well.</summary>
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
        // While the keys may not be used nothing is consumed: another member of the group may be able to.
        lander.CheckKeys();
        if (_isPaused)
        {
            (_isPaused, _trouble) = (false, null);
            LogResumed();
        }

        var positions = new Dictionary<(string Topic, int Partition), long>(
            await sink.ReadPositionsAsync(source.SourceId, cancellationToken)
        );
        var batch = new List<SourceEvent>();
        using var consumer = Build(positions, batch, cancellationToken);
        var topics = Array.Empty<string>();
        var measured = time.GetTimestamp();
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var wanted = contracts.Current.Datasets.Select(dataset => dataset.Topic).ToArray();
                if (!wanted.SequenceEqual(topics, StringComparer.Ordinal))
                {
                    topics = wanted;
                    consumer.Subscribe(topics);
                }

                // Consume blocks: it has a thread of its own for as long as it takes.
                batch.Clear();
                var isTrimmed = await Task.Run(
                    () => Collect(consumer, positions, batch, cancellationToken),
                    cancellationToken
                );
                if (batch.Count > 0)
                {
                    var landed = await LandAsync(batch, cancellationToken);
                    Move(positions, landed);
                    Commit(consumer, landed);
                }

                if (isTrimmed)
                {
                    // A partition that failed so cannot be sought in: all are assigned anew, each where it stands.
                    consumer.Assign(consumer.Assignment.Select(partition => Start(positions, partition)));
                }

                if (time.GetElapsedTime(measured) > LagInterval)
                {
                    MeasureLag(consumer);
                    measured = time.GetTimestamp();
                }
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    // A partition that is assigned anew, because another member came or went, goes on from here.
    private static void Move(
        Dictionary<(string Topic, int Partition), long> positions,
        IReadOnlyDictionary<(string Topic, int Partition), long> reached
    )
    {
        foreach (var (partition, next) in reached)
        {
            positions[partition] = Math.Max(positions.GetValueOrDefault(partition), next);
        }
    }

    private static TopicPartitionOffset Start(
        Dictionary<(string Topic, int Partition), long> positions,
        TopicPartition partition
    ) =>
        new(
            partition,
            positions.TryGetValue((partition.Topic, partition.Partition.Value), out var next)
                ? new Offset(next)
                : Offset.Beginning
        );

    // Another member may have landed events of a partition before it came here.
    private List<TopicPartitionOffset> Begin(
        Dictionary<(string Topic, int Partition), long> positions,
        List<TopicPartition> assigned,
        CancellationToken cancellationToken
    )
    {
        var stored = sink.ReadPositionsAsync(source.SourceId, cancellationToken).GetAwaiter().GetResult();
        Move(positions, stored);
        return assigned.ConvertAll(partition => Start(positions, partition));
    }

    private IConsumer<Ignore, byte[]> Build(
        Dictionary<(string Topic, int Partition), long> positions,
        List<SourceEvent> batch,
        CancellationToken cancellationToken
    )
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = source.BootstrapServers,
            GroupId = options.GroupId,
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
            // So long the group waits for a member that was killed.
            SessionTimeoutMs = 10_000,
        };
        return new ConsumerBuilder<Ignore, byte[]>(config)
            .SetLogHandler((_, message) => LogClient(message.Facility))
            .SetErrorHandler((_, error) => LogBroker(error.Code))
            .SetPartitionsAssignedHandler((_, assigned) => Begin(positions, assigned, cancellationToken))
            // Both handlers run within Consume. Whoever has the partition next begins where it stands in the sink, so that what was
            // collected of it and has not landed comes again.
            .SetPartitionsRevokedHandler(
                (_, revoked) =>
                    batch.RemoveAll(item =>
                        revoked.Exists(gone => gone.Topic == item.Topic && gone.Partition.Value == item.Partition)
                    )
            )
            .Build();
    }

    /// <summary>Fills the batch.</summary>
    /// <returns>Whether a partition's next records are gone from the broker.</returns>
    private bool Collect(
        IConsumer<Ignore, byte[]> consumer,
        Dictionary<(string Topic, int Partition), long> positions,
        List<SourceEvent> batch,
        CancellationToken cancellationToken
    )
    {
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

            ConsumeResult<Ignore, byte[]>? consumed;
            try
            {
                consumed = consumer.Consume(left);
            }
            catch (ConsumeException exception)
                when (exception.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
            {
                SkipTrimmed(consumer, positions, exception.ConsumerRecord.TopicPartitionOffset);
                return true;
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

            if (batch.Count == 0)
            {
                first = time.GetTimestamp();
            }

            bytes += consumed.Message.Value?.Length ?? 0;
            batch.Add(
                new SourceEvent(
                    consumed.Topic,
                    consumed.Partition.Value,
                    consumed.Offset.Value,
                    EventTime.Of(consumed.Message.Timestamp.UnixTimestampMs),
                    consumed.Message.Value
                )
            );
        }

        return false;
    }

    private async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> LandAsync(
        List<SourceEvent> batch,
        CancellationToken cancellationToken
    )
    {
        var isolate = false;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var landed = await lander.LandAsync(source.SourceId, batch, isolate, cancellationToken);
                if (_trouble is not null)
                {
                    LogRecovered();
                    _trouble = null;
                }

                _landed++;
                return landed;
            }
            catch (Exception exception) when (exception is SinkPositionException or KeysUnavailableException)
            {
                // Another writer landed these events, or nobody may mask at present: consumption begins again at the stored positions.
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

    private void SkipTrimmed(
        IConsumer<Ignore, byte[]> consumer,
        Dictionary<(string Topic, int Partition), long> positions,
        TopicPartitionOffset wanted
    )
    {
        var kept = consumer.QueryWatermarkOffsets(wanted.TopicPartition, TimeSpan.FromSeconds(10));
        if (wanted.Offset.Value >= 0 && kept.Low.Value > wanted.Offset.Value)
        {
            statistics.Lost(wanted.Topic, kept.Low.Value - wanted.Offset.Value);
            LogLost(wanted.Topic, wanted.Partition.Value, wanted.Offset.Value, kept.Low.Value);
        }

        positions[(wanted.Topic, wanted.Partition.Value)] = kept.Low.Value;
    }

    private void Commit(
        IConsumer<Ignore, byte[]> consumer,
        IReadOnlyDictionary<(string Topic, int Partition), long> landed
    )
    {
        try
        {
            consumer.Commit(
                landed.Select(item => new TopicPartitionOffset(item.Key.Topic, item.Key.Partition, item.Value))
            );
        }
        catch (KafkaException exception)
        {
            LogBroker(exception.Error.Code);
        }
    }

    private void MeasureLag(IConsumer<Ignore, byte[]> consumer)
    {
        foreach (var partition in consumer.Assignment)
        {
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
        LogStalled(_trouble, attempt + 1);
    }

    private Task Pause(int attempt, CancellationToken cancellationToken)
    {
        var milliseconds = Math.Min(100 * Math.Pow(2, Math.Min(attempt, 20)), options.MaximumRetryMilliseconds);
        return Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, cancellationToken);
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A batch did not land ({Fault}), try {Attempt}; it is tried again, nothing is lost"
    )]
    private partial void LogStalled(string fault, int attempt);

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka: {Code}")]
    private partial void LogBroker(ErrorCode code);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Kafka client: {Facility}")]
    private partial void LogClient(string facility);
}
