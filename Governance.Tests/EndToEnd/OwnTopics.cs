using System.Buffers.Binary;
using System.Globalization;
using Avro.Generic;
using Avro.IO;
using Confluent.Kafka;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>
/// The real service, and topics whose contracts, schemas and records a test writes: the sandbox's broker and registry, a DuckDB file, masked
/// topics. The warehouse is read when the service has stopped.
/// </summary>
internal sealed class OwnTopics : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, long[]> _next = new(StringComparer.Ordinal);
    private SandboxHost? _host;
    private TopicWriter _writer = null!;

    private OwnTopics() { }

    public SandboxHost Host => _host ?? throw new InvalidOperationException("The service has stopped.");

    public ServiceClient Client { get; private set; } = null!;

    public ISchemaRegistry Registry => Host.Services.GetRequiredService<ISchemaRegistry>();

    private string Broker => Host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers;

    public static async Task<OwnTopics> StartAsync(params string[] settings)
    {
        var topics = new OwnTopics();
        topics._host = await SandboxHost.StartAsync(
            ["--Governance:Interceptor:BatchWaitMilliseconds=20", .. settings],
            dataDirectory: topics._folder.Path
        );
        topics.Client = new ServiceClient(topics.Host.Address);
        topics._writer = new TopicWriter(topics.Broker);
        return topics;
    }

    /// <summary>A column that is an identifier, and becomes a surrogate.</summary>
    public static string Identifier(string name, string domain) =>
        Column(
            name,
            "string",
            $"customProperties: [ {Property("privacyCategory", "user.unique_id")}, {Property("identifier", domain)}, {Property("link", "owns")}, {Property("masking", "surrogate")} ]"
        );

    /// <summary>A column that says something of a person.</summary>
    public static string Personal(string name, string masking, string type = "string") =>
        Column(
            name,
            type,
            $"customProperties: [ {Property("privacyCategory", "user.content")}, {Property("masking", masking)} ]"
        );

    /// <summary>A column that says nothing of anybody.</summary>
    public static string Public(string name, string type = "string") => Column(name, type, "classification: public");

    /// <summary>Publishes a contract of one dataset; its topic, its table and the contract have one name.</summary>
    /// <param name="topic">The name.</param>
    /// <param name="version">The contract's version.</param>
    /// <param name="delivery">As the contract says it, in flow style.</param>
    /// <param name="columns">What <see cref="Identifier"/> and the others give.</param>
    public Task PublishAsync(string topic, string version, string delivery, params string[] columns) =>
        PublishAsync(topic, version, delivery, "drop", columns);

    /// <summary>Publishes a contract that says what becomes of events that are newer than their person's erasure.</summary>
    public async Task PublishAsync(
        string topic,
        string version,
        string delivery,
        string newerThanErasure,
        string[] columns
    )
    {
        var yaml = $$"""
            apiVersion: v3.1.0
            kind: DataContract
            id: {{topic}}
            version: {{version}}
            status: active
            name: {{topic}}
            team: { name: customer-relations }
            schema:
              - name: {{topic}}
                logicalType: object
                customProperties:
                  - { property: subject, value: { kind: customer, identifier: id } }
                  - { property: onErasure, value: delete }
                  - { property: delivery, value: {{delivery}} }
                  - { property: newerThanErasure, value: {{newerThanErasure}} }
                properties:
            {{string.Concat(columns.Select(column => $"      - {column}\n"))}}
            """;
        using var answer = await Client.PutYamlAsync("owner", $"contracts/{topic}", yaml);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A record schema's text.</summary>
    /// <param name="fields">JSON of its fields.</param>
    public static string Schema(params string[] fields) =>
        $$"""{"type":"record","name":"Note","fields":[{{string.Join(',', fields)}}]}""";

    /// <summary>Registers a schema of a topic's values, as its producer does.</summary>
    public Task<int> RegisterAsync(string topic, string schema) =>
        Registry.RegisterAsync($"{topic}-value", schema, TestContext.Current.CancellationToken);

    /// <summary>A record in the wire format; its fields in the order of the schema.</summary>
    public static byte[] Value(int schemaId, string schema, params object?[] fields)
    {
        var record = new GenericRecord((global::Avro.RecordSchema)global::Avro.Schema.Parse(schema));
        foreach (var (field, value) in record.Schema.Fields.Zip(fields))
        {
            record.Add(field.Name, value);
        }

        using var stream = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(record.Schema).Write(record, new BinaryEncoder(stream));
        return TopicWriter.Frame(schemaId, stream.ToArray());
    }

    /// <summary>Sends a record.</summary>
    /// <returns>Its offset: nobody else writes to the topic.</returns>
    public long Send(string topic, byte[]? key, byte[] value, int partition = 0, long? time = null)
    {
        _writer.Send(topic, key, value, partition, new Timestamp(time ?? 0, TimestampType.CreateTime));
        if (!_next.TryGetValue(topic, out var next))
        {
            _next[topic] = next = new long[4];
        }

        return next[partition]++;
    }

    public void Flush() => _writer.Flush();

    /// <summary>What a topic's statistics say.</summary>
    public StreamState Of(string topic) =>
        Host.Services.GetRequiredService<StreamStatistics>().Read().SingleOrDefault(state => state.Topic == topic)
        ?? StreamState.Quiet(topic);

    /// <summary>Everything in quarantine.</summary>
    public async Task<IReadOnlyList<QuarantinedEvent>> QuarantineAsync() =>
        [
            .. (
                await Host
                    .Services.GetRequiredService<IQuarantine>()
                    .ReadAsync(new QuarantineFilter(), 0, 100_000, TestContext.Current.CancellationToken)
            ).Select(kept => kept.Event),
        ];

    /// <summary>Reads a masked topic until it has so many messages, and a little longer for what should not be there.</summary>
    public async Task<IReadOnlyList<MaskedRecord>> ReadAsync(string topic, int count)
    {
        var found = new List<MaskedRecord>();
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = Broker, GroupId = $"reader-{Guid.CreateVersion7():N}" }
        )
            .SetLogHandler((_, _) => { })
            .Build();
        consumer.Assign(
            Enumerable.Range(0, 4).Select(number => new TopicPartitionOffset(topic, number, Offset.Beginning))
        );
        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since).TotalSeconds < 30)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(found.Count < count ? 200 : 600)) is { } consumed)
            {
                found.Add(await MaskedRecord.OfAsync(consumed, Registry));
            }
            else if (found.Count >= count)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Waits until nothing is on its way: a topic's warehouse has seen so many events, and its masked topic so many messages.</summary>
    public async Task SettledAsync(string topic, long consumed, long delivered) =>
        await Wait.UntilAsync(
            () => Task.FromResult(Of(topic) is var state && state.Consumed >= consumed && state.Delivered >= delivered),
            () => $"{topic}: {consumed} consumed and {delivered} delivered; it is {Of(topic)} {Of(topic).Delivered}"
        );

    /// <summary>Stops the service and opens its warehouse.</summary>
    public async Task<WarehouseFile> StopAsync()
    {
        await CloseAsync();
        return WarehouseFile.Open(_folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    private static string Column(string name, string type, string rest) =>
        $"{{ name: {name}, logicalType: {type}, {rest} }}";

    private static string Property(string name, string value) => $"{{ property: {name}, value: {value} }}";

    private async Task CloseAsync()
    {
        if (_host is { } host)
        {
            _host = null;
            _writer.Dispose();
            Client.Dispose();
            await host.DisposeAsync();
        }
    }
}

/// <summary>A message of a masked topic.</summary>
internal sealed record MaskedRecord(
    int Partition,
    string? Key,
    long Time,
    int SchemaId,
    string Body,
    IReadOnlyDictionary<string, object?> Fields
)
{
    public static async Task<MaskedRecord> OfAsync(ConsumeResult<byte[], byte[]> consumed, ISchemaRegistry registry)
    {
        var value = consumed.Message.Value;
        var id = BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1));
        // Numbers as they stand: Apache's library fails on times that are no dates, which a masked topic passes on as they came.
        var schema = global::Avro.Schema.Parse(
            (await registry.GetSchemaAsync(id, CancellationToken.None)).Replace(
                "\"logicalType\"",
                "\"was\"",
                StringComparison.Ordinal
            )
        );
        using var body = new MemoryStream(value[5..]);
        var record = new GenericDatumReader<GenericRecord>(schema, schema).Read(null!, new BinaryDecoder(body));
        body.Position.Should().Be(body.Length, "the masked record is all that there is");
        return new MaskedRecord(
            consumed.Partition.Value,
            consumed.Message.Key is { } key ? System.Text.Encoding.UTF8.GetString(key) : null,
            consumed.Message.Timestamp.UnixTimestampMs,
            id,
            Convert.ToHexString(value.AsSpan(5)),
            record.Schema.Fields.ToDictionary(
                field => field.Name,
                field => (object?)record.GetValue(field.Pos),
                StringComparer.Ordinal
            )
        );
    }

    /// <summary>All of it that does not depend on when it was delivered.</summary>
    public string Content => string.Create(CultureInfo.InvariantCulture, $"{Partition} {Key} {Time} {SchemaId} {Body}");
}
