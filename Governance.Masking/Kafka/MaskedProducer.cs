using Confluent.Kafka;
using Governance.Masking.Contracts;

namespace Governance.Masking.Kafka;

/// <summary>
/// Produces to masked topics, each batch in one transaction with the offsets that it came from. A member that was taken for dead, and goes on, is
/// fenced twice: by its transactional id where another start has the same one, and by the generation of its group, which travels with the
/// offsets.
/// </summary>
internal sealed class MaskedProducer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CountLife = TimeSpan.FromMinutes(5);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, int> _partitions = new(StringComparer.Ordinal);
    private readonly Dictionary<Dataset, Route> _routes = new(ReferenceEqualityComparer.Instance);
    private readonly ExactArrays _keys = new();
    private readonly ExactArrays _values = new();

    // The client keeps nothing of it once it has taken it.
    private readonly Message<byte[], byte[]> _message = new();
    private long _counted;

    /// <summary>Connects, and ends what another with the same transactional id left open.</summary>
    /// <exception cref="KafkaException">The broker is away, or does not do transactions.</exception>
    public MaskedProducer(
        IKafkaEndpoint broker,
        InterceptorOptions options,
        string transactionalId,
        TimeProvider time,
        Action<ErrorCode> brokerFault
    )
    {
        _time = time;
        var config = new ProducerConfig
        {
            TransactionalId = transactionalId,
            TransactionTimeoutMs = options.TransactionTimeoutMilliseconds,
            EnableIdempotence = true,
            // A transaction fails with the first of its messages: nobody asks for each.
            EnableDeliveryReports = false,
            // The partition of a key is the one that Kafka's own client would choose.
            Partitioner = Partitioner.Murmur2Random,
            // Not compressed: of the ways to do it, not every client reads every one (kafkajs none but gzip). The topic's own
            // compression.type does it at the broker.
            CompressionType = CompressionType.None,
            MessageMaxBytes = Math.Max(1_000_000, options.MaximumMaskedBytes + 100_000),
            QueueBufferingMaxMessages = 500_000,
            LingerMs = 5,
            SocketTimeoutMs = 10_000,
            MessageTimeoutMs = Math.Min(30_000, options.TransactionTimeoutMilliseconds),
        }.For(broker);
        _producer = new ProducerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => brokerFault(error.Code))
            .Build();
        try
        {
            _producer.InitTransactions(Patience);
        }
        catch
        {
            _producer.Dispose();
            throw;
        }
    }

    /// <summary>Delivers messages and offsets, all or nothing.</summary>
    /// <param name="messages">The messages, in the order of their events.</param>
    /// <param name="offsets">The next offset to consume, of each partition; empty for a replay.</param>
    /// <param name="group">The consumer's standing in its group; <see langword="null"/> for a replay.</param>
    /// <exception cref="KafkaException">Nothing was delivered. Dispose of this producer: it may be fenced.</exception>
    public void Deliver(
        IReadOnlyList<MaskedMessage> messages,
        IReadOnlyCollection<TopicPartitionOffset> offsets,
        IConsumerGroupMetadata? group
    )
    {
        _producer.BeginTransaction();
        try
        {
            if (_time.GetElapsedTime(_counted) > CountLife)
            {
                _partitions.Clear();
                _routes.Clear();
                _counted = _time.GetTimestamp();
            }

            foreach (var message in messages)
            {
                Produce(message);
            }

            if (group is not null && offsets.Count > 0)
            {
                _producer.SendOffsetsToTransaction(offsets, group, Patience);
            }

            _producer.CommitTransaction(Patience);
        }
        catch
        {
            Abort();
            throw;
        }
    }

    public void Dispose() => _producer.Dispose();

    private void Abort()
    {
        try
        {
            _producer.AbortTransaction(Patience);
        }
        catch (KafkaException)
        {
            // Fenced, or the broker is away: it aborts by itself when the transaction times out, or when this member starts again.
        }
    }

    private void Produce(in MaskedMessage masked)
    {
        _message.Key = _keys.Copy(masked.Key)!;
        _message.Value = _values.Copy(masked.Value)!;
        _message.Timestamp = new Timestamp(masked.Source.Time);
        _message.Headers = masked.Headers;
        var to = RouteOf(masked.Dataset).To(masked.Source.Partition);
        while (true)
        {
            try
            {
                _producer.Produce(to, _message);
                return;
            }
            catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Flush(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private Route RouteOf(Dataset dataset)
    {
        if (_routes.TryGetValue(dataset, out var known))
        {
            return known;
        }

        var topic = dataset.MaskedTopic;
        var (plain, masked) = (Count(dataset.Topic), Count(topic));
        var route = new Route(topic, plain == masked ? masked : 0);
        if (plain > 0 && masked > 0)
        {
            _routes[dataset] = route;
        }

        return route;
    }

    private int Count(string topic)
    {
        if (_partitions.TryGetValue(topic, out var known))
        {
            return known;
        }

        // Asking for a topic makes it, where the broker makes topics by itself.
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        var found = admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics;
        var count = found.Find(one => one.Topic == topic)?.Partitions.Count ?? 0;
        if (count > 0)
        {
            _partitions[topic] = count;
        }

        return count;
    }

    /// <summary>
    /// Where the records of a dataset go. Where both topics have as many partitions a record keeps its partition, whatever its producer chose it by;
    /// else it is chosen by the masked key.
    /// </summary>
    private sealed class Route(string topic, int partitions)
    {
        private readonly TopicPartition _any = new(topic, Partition.Any);
        private readonly TopicPartition[] _each =
        [
            .. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition)),
        ];

        public TopicPartition To(int partition) => partition < _each.Length ? _each[partition] : _any;
    }

    /// <summary>
    /// The client takes whole arrays alone, and copies what is in them before it returns: one array of each length is enough.
    /// </summary>
    private sealed class ExactArrays
    {
        private const int Longest = 4_096;
        private readonly byte[]?[] _arrays = new byte[Longest + 1][];

        public byte[]? Copy(ReadOnlyMemory<byte>? bytes)
        {
            if (bytes is not { } given)
            {
                return null;
            }

            var array =
                given.Length > Longest ? new byte[given.Length] : _arrays[given.Length] ??= new byte[given.Length];
            given.CopyTo(array);
            return array;
        }
    }
}
