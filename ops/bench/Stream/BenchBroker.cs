using System.Buffers.Binary;
using System.Text;
using Confluent.Kafka;
using Governance.Bench.Masking;
using Governance.Masking.Kafka;

namespace Governance.Bench.Stream;

/// <summary>
/// librdkafka's mock cluster in this process, filled with records. It keeps 5 MB a partition and makes four of them for a topic: so there
/// are several topics.
/// </summary>
internal sealed class BenchBroker : IKafkaEndpoint, IDisposable
{
    public const int SchemaId = 1;

    // Of one partition, with room for what stands around each record.
    private const long PartitionLimit = 4_000_000;
    private const int Partitions = 4;

    private readonly IProducer<byte[], byte[]> _host;

    public BenchBroker(IEnumerable<string> topics)
    {
        var config = new ProducerConfig { ClientId = "bench-broker" };
        config.Set("test.mock.num.brokers", "1");
        _host = new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(_host.Handle).Build();
        foreach (var topic in topics)
        {
            admin.GetMetadata(topic, TimeSpan.FromSeconds(10));
        }

        var broker = admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
        BootstrapServers = $"{broker.Host}:{broker.Port}";
    }

    public string BootstrapServers { get; }

    public string SourceId => "bench";

    public bool KeepsTransactions => false;

    public Task WaitUntilFilledAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Fills topics to what a partition holds.</summary>
    /// <returns>How many records there are.</returns>
    public int Fill(IReadOnlyList<string> topics, EnergyRecords records, bool keyed)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(
            new ProducerConfig
            {
                BootstrapServers = BootstrapServers,
                LingerMs = 5,
                EnableDeliveryReports = false,
            }
        ).SetLogHandler((_, _) => { }).Build();
        var each = (int)(PartitionLimit / (records.AverageLength + 60));
        var next = 0;
        foreach (var topic in topics)
        {
            for (var number = 0; number < each * Partitions; number++)
            {
                var body = records[next++ % records.Count];
                var value = new byte[WireFormat.HeaderSize + body.Length];
                BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(1), SchemaId);
                body.CopyTo(value.AsMemory(WireFormat.HeaderSize));
                Send(producer, new TopicPartition(topic, number % Partitions), keyed ? Key(number) : null, value);
            }

            producer.Flush(TimeSpan.FromSeconds(30));
        }

        return next;
    }

    public void Dispose() => _host.Dispose();

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes(Customer.Of(number % 20_000).Id);

    private static void Send(IProducer<byte[], byte[]> producer, TopicPartition to, byte[]? key, byte[] value)
    {
        while (true)
        {
            try
            {
                producer.Produce(to, new Message<byte[], byte[]> { Key = key!, Value = value });
                return;
            }
            catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Flush(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
