using System.Text.Json;
using Avro;
using Avro.Generic;
using Avro.IO;
using Confluent.Kafka;
using Governance.Masking;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Tests.Sandbox.Registry;
using Governance.Tests.Support;

namespace Governance.Tests.Kafka;

/// <summary>A producer masks with two lines, and what cannot be masked is not sent.</summary>
public sealed class MaskingSerializerTests(RegistryHost registryHost) : IClassFixture<RegistryHost>, IAsyncLifetime
{
    private const string Schema = """
        {"type":"record","name":"Customer","fields":[
          {"name":"customer_id","type":"string"},{"name":"email","type":["null","string"]},
          {"name":"date_of_birth","type":{"type":"int","logicalType":"date"}},
          {"name":"segment","type":{"type":"enum","name":"Segment","symbols":["HOUSEHOLD","LANDLORD"]}}]}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly SchemaRegistryClient _registry = SchemaRegistryClient.Create(
        new SchemaRegistryOptions { Url = registryHost.Address.ToString() }
    );

    private Masker _masker = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new MaskerOptions
        {
            KeyFolder = Path.Combine(_folder.Path, "keys"),
            VaultFile = Path.Combine(_folder.Path, "vault.db"),
        };
        options.Contracts.Add(Repository.PathOf("ops", "demo", "contracts"));
        _masker = await Masker.CreateAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        await _masker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ProduceAsync_ByAMaskingProducer_IsReadByForeignClientsUnderTheMaskedSchema()
    {
        const string topic = "masked-customers";
        using var broker = new MockBroker(topic);
        using (var producer = Producer(broker))
        {
            for (var number = 0; number < 3; number++)
            {
                await producer.ProduceAsync(topic, new() { Key = $"C{number}", Value = Customer(number) });
            }
        }

        // KafkaJS and avsc of npm, and Apache's library, by the schema that the registry gives.
        var sandbox = Path.Combine(_folder.Path, "sandbox.json");
        await File.WriteAllTextAsync(
            sandbox,
            JsonSerializer.Serialize(
                new
                {
                    bootstrapServers = broker.BootstrapServers,
                    schemaRegistryUrl = registryHost.Address.ToString().TrimEnd('/'),
                }
            )
        );
        var answer = await NodeTool.RunAsync(
            "consume.mjs",
            JsonSerializer.Serialize(
                new
                {
                    sandbox,
                    topic,
                    count = 3,
                }
            )
        );
        var events = JsonDocument.Parse(answer).RootElement.EnumerateArray().ToArray();
        events.Should().HaveCount(3);
        answer.Should().NotContain("example.com").And.NotContain("C0").And.NotContain("C1");
        foreach (var read in events)
        {
            var value = read.GetProperty("value");
            read.GetProperty("key").GetString().Should().Be(value.GetProperty("customer_id").GetString());
            Guid.TryParse(value.GetProperty("customer_id").GetString(), out _).Should().BeTrue();
            value.GetProperty("segment").GetString().Should().Be("LANDLORD");
        }

        var latest = await _registry.GetLatestAsync($"{topic}-value", TestContext.Current.CancellationToken);
        var framed = await Serializer().SerializeAsync(Customer(1), Value(topic));
        WireFormat.TryParse(framed, out var id, out var body).Should().BeTrue();
        id.Should().Be(latest.Id);
        var schema = (RecordSchema)global::Avro.Schema.Parse(latest.Schema);
        var record = new GenericDatumReader<GenericRecord>(schema, schema).Read(
            null!,
            new BinaryDecoder(new MemoryStream(body.ToArray()))
        );
        record["date_of_birth"].Should().Be(new DateTime(1971, 1, 1));
        events
            .Select(read => read.GetProperty("value").GetProperty("email").ToString())
            .Should()
            .Contain(text => text.Contains(record["email"].ToString()!));
    }

    [Fact]
    public async Task ProduceAsync_RecordThatCannotBeMasked_IsNotSent()
    {
        const string topic = "masked-refused";
        using var broker = new MockBroker(topic);
        using var producer = Producer(broker);
        var nobody = Customer(1);
        nobody.Add("customer_id", "");

        var produce = async () => await producer.ProduceAsync(topic, new() { Key = "C1", Value = nobody });

        var thrown = (await produce.Should().ThrowAsync<ProduceException<string?, GenericRecord>>()).Which;
        thrown.Error.Code.Should().Be(ErrorCode.Local_ValueSerialization);
        var cause = thrown.InnerException.Should().BeOfType<UnmaskableRecordException>().Which;
        cause.Code.Should().Be(EventFaults.InvalidIdentifier);
        cause.ToString().Should().NotContain("example.com");
        producer.Flush(TimeSpan.FromSeconds(5)).Should().Be(0);
        Read(broker, topic).Should().BeEmpty();
    }

    [Fact]
    public async Task SerializeAsync_InnerWithoutTheWireFormat_IsRefused()
    {
        var serializer = new MaskingSerializer<byte[]>(Serializers.ByteArray, _masker, _registry, "customers");

        var serialize = async () => await serializer.SerializeAsync("plain secret"u8.ToArray(), Value("topic"));

        (await serialize.Should().ThrowAsync<UnmaskableRecordException>())
            .Which.Code.Should()
            .Be(EventFaults.NotWireFormat);
        (await serializer.SerializeAsync(null!, Value("topic"))).Should().BeNull("a tombstone stays one");
    }

    [Fact]
    public async Task SerializeAsync_WithoutAutoRegister_WantsTheSchemaToBeThere()
    {
        var serializer = new MaskingSerializer<GenericRecord>(new Inner(_registry), _masker, _registry, "customers")
        {
            AutoRegister = false,
        };

        var serialize = async () => await serializer.SerializeAsync(Customer(1), Value("masked-later"));

        (await serialize.Should().ThrowAsync<SchemaRegistryException>()).WithMessage("*masked-later-value*");
        var masked = _masker.GetMaskedAvroSchema("customers", Schema);
        var id = await _registry.RegisterAsync("masked-later-value", masked, TestContext.Current.CancellationToken);
        WireFormat.TryParse(await serialize(), out var used, out _).Should().BeTrue();
        used.Should().Be(id);
    }

    [Theory]
    [InlineData("phones")]
    [InlineData("name")]
    [InlineData("created_at")]
    public async Task SerializeAsync_KeyByAColumnThatMakesNone_IsRefused(string column)
    {
        var serializer = new MaskingKeySerializer(_masker, "customers", column);

        var serialize = async () => await serializer.SerializeAsync("secret", Value("topic"));

        (await serialize.Should().ThrowAsync<UnmaskableRecordException>())
            .Which.ToString()
            .Should()
            .NotContain("secret");
    }

    private static SerializationContext Value(string topic) => new(MessageComponentType.Value, topic);

    private static IReadOnlyList<byte[]> Read(MockBroker broker, string topic)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = "reader",
            AutoOffsetReset = AutoOffsetReset.Earliest,
        };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        consumer.Assign([
            .. Enumerable.Range(0, 4).Select(part => new TopicPartitionOffset(topic, part, Offset.Beginning)),
        ]);
        var read = new List<byte[]>();
        while (consumer.Consume(TimeSpan.FromSeconds(2)) is { } result)
        {
            read.Add(result.Message.Value);
        }

        consumer.Close();
        return read;
    }

    private static GenericRecord Customer(int number)
    {
        var schema = (RecordSchema)global::Avro.Schema.Parse(Schema);
        var record = new GenericRecord(schema);
        record.Add("customer_id", $"C{number}");
        record.Add("email", $"ada{number}@example.com");
        record.Add("date_of_birth", new DateTime(1971, 5, 31, 0, 0, 0, DateTimeKind.Utc));
        record.Add("segment", new GenericEnum((EnumSchema)schema["segment"].Schema, "LANDLORD"));
        return record;
    }

    private MaskingSerializer<GenericRecord> Serializer() => new(new Inner(_registry), _masker, _registry, "customers");

    private IProducer<string?, GenericRecord> Producer(MockBroker broker) =>
        new ProducerBuilder<string?, GenericRecord>(
            new ProducerConfig { BootstrapServers = broker.BootstrapServers, LingerMs = 1 }
        )
            .SetLogHandler((_, _) => { })
            .SetKeySerializer(new MaskingKeySerializer(_masker, "customers", "customer_id"))
            .SetValueSerializer(Serializer())
            .Build();

    /// <summary>As Confluent's own Avro serializer: registers its schema by the topic's name, writes the wire format.</summary>
    private sealed class Inner(SchemaRegistryClient registry) : IAsyncSerializer<GenericRecord>
    {
        public async Task<byte[]> SerializeAsync(GenericRecord data, SerializationContext context)
        {
            var id = await registry.RegisterAsync($"{context.Topic}-value", Schema, CancellationToken.None);
            using var stream = new MemoryStream();
            new GenericDatumWriter<GenericRecord>(data.Schema).Write(data, new BinaryEncoder(stream));
            return TopicWriter.Frame(id, stream.ToArray());
        }
    }
}
