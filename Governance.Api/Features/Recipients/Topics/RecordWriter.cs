using Confluent.Kafka;
using Governance.Masking.Kafka;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Recipients.Topics;

/// <summary>Writes to topics, and returns when all replicas have it. Connects at first use.</summary>
internal sealed partial class RecordWriter : IDisposable
{
    private readonly Lazy<IProducer<byte[], byte[]?>> _producer;
    private readonly TimeSpan _patience;

    public RecordWriter(IKafkaEndpoint kafka, IOptions<RecipientsOptions> options, ILogger<RecordWriter> logger)
    {
        _patience = options.Value.Timeout;
        _producer = new(() =>
            new ProducerBuilder<byte[], byte[]?>(
                new ProducerConfig
                {
                    ClientId = "governance-notices",
                    Acks = Acks.All,
                    MessageTimeoutMs = (int)_patience.TotalMilliseconds,
                    LingerMs = 0,
                }.For(kafka)
            )
                // Without a handler the native library writes to the process's own output.
                .SetLogHandler((_, message) => LogClient(logger, message.Facility))
                .SetErrorHandler((_, error) => LogBroker(logger, error.Code))
                .Build()
        );
    }

    /// <summary>Writes a record to the partition that its key chooses.</summary>
    public Task WriteAsync(
        string topic,
        byte[] key,
        byte[] value,
        Headers headers,
        CancellationToken cancellationToken
    ) =>
        _producer.Value.ProduceAsync(
            topic,
            new Message<byte[], byte[]?>
            {
                Key = key,
                Value = value,
                Headers = headers,
            },
            cancellationToken
        );

    /// <summary>
    /// Writes a tombstone of a key to every partition of a topic: producers choose a partition by rules of their own, and in one that
    /// never had the key a tombstone does nothing and is compacted away.
    /// </summary>
    /// <returns>How many partitions there are.</returns>
    public async Task<int> WriteTombstonesAsync(string topic, byte[] key, CancellationToken cancellationToken)
    {
        var partitions = await Task.Run(
            () =>
            {
                using var admin = new DependentAdminClientBuilder(_producer.Value.Handle).Build();
                var found = admin.GetMetadata(topic, _patience).Topics.Single(one => one.Topic == topic);
                return found.Error.IsError || found.Partitions.Count == 0
                    ? throw new KafkaException(found.Error)
                    : found.Partitions.Select(one => one.PartitionId).ToArray();
            },
            cancellationToken
        );
        await Task.WhenAll(
            partitions.Select(partition =>
                _producer.Value.ProduceAsync(
                    new TopicPartition(topic, partition),
                    new Message<byte[], byte[]?> { Key = key, Value = null },
                    cancellationToken
                )
            )
        );
        return partitions.Length;
    }

    public void Dispose()
    {
        if (_producer.IsValueCreated)
        {
            _producer.Value.Dispose();
        }
    }

    [LoggerMessage(LogLevel.Debug, "Kafka client: {Facility}")]
    private static partial void LogClient(ILogger logger, string facility);

    [LoggerMessage(LogLevel.Warning, "Kafka: {Code}")]
    private static partial void LogBroker(ILogger logger, ErrorCode code);
}
