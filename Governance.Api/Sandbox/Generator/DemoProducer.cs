using System.Text;
using Confluent.Kafka;
using Governance.Masking.Kafka;

namespace Governance.Api.Sandbox.Generator;

/// <summary>Writes the demo's events to their topics, in order.</summary>
internal sealed class DemoProducer : IDisposable
{
    // The sandbox's broker drops the oldest records of a partition beyond 5 MB without a word.
    private const long PartitionLimit = 4_000_000;

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly IReadOnlyDictionary<string, int> _schemaIds;

    private DemoProducer(IProducer<byte[], byte[]> producer, IReadOnlyDictionary<string, int> schemaIds)
    {
        _producer = producer;
        _schemaIds = schemaIds;
    }

    /// <summary>Registers the schemas and connects.</summary>
    public static async Task<DemoProducer> OpenAsync(
        IKafkaEndpoint kafka,
        ISchemaRegistry registry,
        DemoSchemas schemas,
        CancellationToken cancellationToken
    )
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (topic, schema) in schemas.Texts)
        {
            ids[topic] = await registry.RegisterAsync($"{topic}-value", schema, cancellationToken);
        }

        // Idempotence keeps the order of a partition when a send is repeated.
        var config = new ProducerConfig
        {
            ClientId = "sandbox-generator",
            EnableIdempotence = true,
            LingerMs = 5,
        }.For(kafka);
        var producer = new ProducerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();
        return new DemoProducer(producer, ids);
    }

    /// <summary>Writes a history whole.</summary>
    /// <returns>The end of each partition that was written: its last offset and one.</returns>
    public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> WriteAsync(
        IReadOnlyList<DemoEvent> events,
        CancellationToken cancellationToken
    )
    {
        var bytes = new Dictionary<(string, int), long>();
        var ends = new Dictionary<(string Topic, int Partition), long>();
        var pending = new List<Task<DeliveryResult<byte[], byte[]>>>(events.Count);
        foreach (var happening in events)
        {
            var message = Encode(happening);
            var place = (happening.Topic, happening.Partition);
            bytes[place] = bytes.GetValueOrDefault(place) + message.Key.Length + message.Value.Length + 100;
            if (bytes[place] > PartitionLimit)
            {
                throw new InvalidOperationException(
                    $"The history is too large for the sandbox's broker: lower {GeneratorOptions.SectionName}:Customers or HistoryDays, and start with a new data directory."
                );
            }

            pending.Add(_producer.ProduceAsync(Place(happening), message, cancellationToken));
        }

        foreach (var delivered in await Task.WhenAll(pending))
        {
            var place = (delivered.Topic, delivered.Partition.Value);
            ends[place] = Math.Max(ends.GetValueOrDefault(place), delivered.Offset.Value + 1);
        }

        return ends;
    }

    public async Task WriteAsync(DemoEvent happening, CancellationToken cancellationToken) =>
        await _producer.ProduceAsync(Place(happening), Encode(happening), cancellationToken);

    public void Dispose() => _producer.Dispose();

    private static TopicPartition Place(DemoEvent happening) => new(happening.Topic, happening.Partition);

    private Message<byte[], byte[]> Encode(DemoEvent happening) =>
        new()
        {
            Key = Encoding.UTF8.GetBytes(happening.Key),
            Value = AvroWire.Encode(_schemaIds[happening.Topic], happening.Value),
            Timestamp = new Timestamp(happening.Time),
        };
}
