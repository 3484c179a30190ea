using System.Buffers.Binary;
using Confluent.Kafka;

namespace Governance.Tests.Support;

/// <summary>Writes bytes to topics, good and bad.</summary>
internal sealed class TopicWriter : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly IProducer<byte[], byte[]> _producer;

    /// <summary>Joins a broker.</summary>
    public TopicWriter(string bootstrapServers)
    {
        var config = new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            MessageMaxBytes = 16 * 1_024 * 1_024,
            LingerMs = 1,
        };
        _producer = new ProducerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();
    }

    /// <summary>Puts Confluent's header in front of a record's bytes.</summary>
    public static byte[] Frame(int schemaId, ReadOnlySpan<byte> body)
    {
        var framed = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), schemaId);
        body.CopyTo(framed.AsSpan(5));
        return framed;
    }

    /// <summary>Hands a record over; <see cref="Flush"/> waits for all.</summary>
    public void Send(string topic, byte[]? key, byte[] value, int? partition = null, DateTimeOffset? time = null)
    {
        var at = time is { } given ? new Timestamp(given.UtcDateTime, TimestampType.CreateTime) : Timestamp.Default;
        Send(topic, key, value, partition, at);
    }

    /// <summary>Hands a record over with any timestamp, be it no date.</summary>
    public void Send(string topic, byte[]? key, byte[] value, int? partition, Timestamp time)
    {
        var message = new Message<byte[], byte[]>
        {
            Key = key!,
            Value = value,
            Timestamp = time,
        };
        _producer.Produce(
            new TopicPartition(topic, partition is { } number ? new Partition(number) : Partition.Any),
            message
        );
    }

    /// <summary>Waits until the broker has all.</summary>
    public void Flush() => _producer.Flush(Patience).Should().Be(0, "the broker takes all records");

    /// <inheritdoc/>
    public void Dispose() => _producer.Dispose();
}
