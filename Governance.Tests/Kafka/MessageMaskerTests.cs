using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Kafka;

/// <summary>What stands in a masked topic: value, key and headers, each by the contract.</summary>
public sealed class MessageMaskerTests : IAsyncLifetime
{
    private readonly MaskingBench _bench = new();
    private readonly MemoryRegistry _registry = new();
    private readonly FixedContracts _contracts = new();
    private readonly HashSet<IdentifierKey> _erased = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task MaskAsync_ATextKey_IsMaskedAsItsColumn()
    {
        var masked = await MaskAsync(
            Notes.ToTopic,
            Event("C-1", key: "C-1"u8.ToArray()),
            Event("C-2", key: "C-1"u8.ToArray())
        );

        var surrogate = _bench.SurrogateOf("customer_id", "C-1").ToString();
        masked
            .Masked.Select(message => Encoding.UTF8.GetString(message.Key!.Value.Span))
            .Should()
            .Equal(surrogate, surrogate);
        Encoding.UTF8.GetString(masked.Masked[0].Value!.Value.Span).Should().Contain(surrogate).And.NotContain("C-1");
        masked.Masked[0].Value!.Value.Span[0].Should().Be(0);
        var id = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(masked.Masked[0].Value!.Value.Span[1..]);
        _registry.Subjects.Single(pair => pair.Key.Subject == "notes.masked-value").Value.Should().Be(id);
        _registry.Subjects.Should().NotContain(pair => pair.Key.Subject == "notes.masked-key", "the key is text");
    }

    [Fact]
    public async Task MaskAsync_AnAvroKeyOfOneValue_KeepsTheWireFormatUnderItsOwnSubject()
    {
        var keySchema = await _registry.RegisterAsync("notes-key", "\"string\"", default);
        var masked = await MaskAsync(Notes.ToTopic, Event("C-1", key: TopicWriter.Frame(keySchema, Notes.Text("C-1"))));

        var key = masked.Masked.Should().ContainSingle().Which.Key!.Value;
        var surrogate = _bench.SurrogateOf("customer_id", "C-1").ToString();
        key.Span[5..].ToArray().Should().Equal([72, .. Encoding.UTF8.GetBytes(surrogate)]);
        var registered = _registry.Subjects.Single(pair => pair.Key.Subject == "notes.masked-key");
        registered.Key.Schema.Should().Contain("\"string\"").And.NotContain("record");
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(key.Span[1..]).Should().Be(registered.Value);
    }

    [Fact]
    public async Task MaskAsync_AnAvroKeyOfFields_MasksEachAsTheColumnOfItsName()
    {
        var keySchema = await _registry.RegisterAsync(
            "notes-key",
            """{"type":"record","name":"K","fields":[{"name":"id","type":"string"},{"name":"mail","type":"string"}]}""",
            default
        );
        var masked = await MaskAsync(
            Notes.ToTopic,
            Event("C-1", key: TopicWriter.Frame(keySchema, [.. Notes.Text("C-1"), .. Notes.Text("a@b.example")]))
        );

        var text = Encoding.UTF8.GetString(masked.Masked.Should().ContainSingle().Which.Key!.Value.Span);
        text.Should()
            .Contain(_bench.SurrogateOf("customer_id", "C-1").ToString())
            .And.Contain(_bench.SurrogateOf("email", "a@b.example").ToString());
    }

    [Fact]
    public async Task MaskAsync_AnAvroKeyWithAFieldThatNoColumnClassifies_GoesToQuarantine()
    {
        var keySchema = await _registry.RegisterAsync(
            "notes-key",
            """{"type":"record","name":"K","fields":[{"name":"id","type":"string"},{"name":"nick","type":"string"}]}""",
            default
        );
        var masked = await MaskAsync(
            Notes.ToTopic,
            Event("C-1", key: TopicWriter.Frame(keySchema, [.. Notes.Text("C-1"), .. Notes.Text("Wendy")]))
        );

        masked.Refused.Should().ContainSingle().Which.Code.Should().Be(EventFaults.UnclassifiedField);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE }, EventFaults.MalformedKey)]
    [InlineData(new byte[] { 0, 0, 0, 0, 99, 2, 65 }, EventFaults.UnknownSchema)]
    [InlineData(new byte[0], EventFaults.InvalidIdentifier)]
    public async Task MaskAsync_AKeyThatCannotBeMasked_RefusesItsEventAlone(byte[] key, string code)
    {
        var masked = await MaskAsync(Notes.ToTopic, Event("C-1", key: key), Event("C-2", key: "C-2"u8.ToArray()));

        masked.Refused.Should().ContainSingle().Which.Code.Should().Be(code);
        masked.Masked.Should().ContainSingle().Which.Source.Value.ToArray().Should().Contain((byte)'2');
    }

    [Fact]
    public async Task MaskAsync_AKeyThatNoContractClassifies_GoesToQuarantineAndReachesNoVault()
    {
        var masked = await MaskAsync(Notes.ToTopic with { Key = null }, Event("C-9", key: "anything"u8.ToArray()));

        masked.Refused.Should().ContainSingle().Which.Code.Should().Be(EventFaults.UnclassifiedKey);
        (await FindAsync("C-9")).Should().BeFalse("an event that is not passed on gets no row");
    }

    [Fact]
    public async Task MaskAsync_NoKeyAndAPublicKey_PassAsTheyAre()
    {
        var masked = await MaskAsync(Notes.ToTopic with { Key = null }, Event("C-1"));
        masked.Masked.Should().ContainSingle().Which.Key.Should().BeNull();

        var open = await MaskAsync(
            Notes.ToTopic with
            {
                Key = new ClassifiedKey(Column: null),
            },
            Event("C-1", key: "GB"u8.ToArray())
        );
        open.Masked.Should().ContainSingle().Which.Key!.Value.ToArray().Should().Equal("GB"u8.ToArray());
    }

    [Fact]
    public async Task MaskAsync_ATombstone_KeepsItsMaskedKeyAndNoValue()
    {
        var masked = await MaskAsync(
            Notes.ToTopic,
            new SourceEvent(Notes.Topic, 0, 0, DateTimeOffset.UnixEpoch, default) { Key = "C-1"u8.ToArray() }
        );

        var message = masked.Masked.Should().ContainSingle().Subject;
        message.Value.Should().BeNull();
        Encoding
            .UTF8.GetString(message.Key!.Value.Span)
            .Should()
            .Be(_bench.SurrogateOf("customer_id", "C-1").ToString());
    }

    [Fact]
    public async Task MaskAsync_Headers_AreKeptUnlessTheyAreClassified()
    {
        var delivery = Notes.ToTopic with
        {
            Headers = [new ClassifiedHeader("customer", Notes.Id), new ClassifiedHeader("x-debug", Column: null)],
        };
        SourceHeader[] headers =
        [
            new("trace", "00-abc"u8.ToArray()),
            new("Customer", "C-1"u8.ToArray()),
            new("x-debug", "C-1 said hello"u8.ToArray()),
            new("empty", null),
            new("trace", "again"u8.ToArray()),
        ];
        var masked = await MaskAsync(delivery, Event("C-1") with { Headers = headers });

        var surrogate = _bench.SurrogateOf("customer_id", "C-1").ToString();
        masked
            .Masked.Should()
            .ContainSingle()
            .Which.Headers!.Select(header =>
                (header.Key, header.GetValueBytes() is { } value ? Encoding.UTF8.GetString(value) : null)
            )
            .Should()
            .Equal(("trace", "00-abc"), ("Customer", surrogate), ("empty", null), ("trace", "again"));
    }

    [Fact]
    public async Task MaskAsync_AnErasedPersonInValueKeyOrHeader_IsDropped()
    {
        _bench.Identifiers.TryGetKey("customer_id", "C-7"u8, out var erased).Should().BeTrue();
        _erased.Add(erased);
        var delivery = Notes.ToTopic with { Headers = [new ClassifiedHeader("customer", Notes.Id)] };
        var masked = await MaskAsync(
            delivery,
            Event("C-7"),
            Event("C-1", key: "C-7"u8.ToArray()),
            Event("C-1") with
            {
                Headers = [new SourceHeader("customer", "C-7"u8.ToArray())],
            },
            new SourceEvent(Notes.Topic, 0, 5, DateTimeOffset.UnixEpoch, default) { Key = "C-7"u8.ToArray() },
            Event("C-1")
        );

        masked.Suppressed.Should().HaveCount(4);
        masked.Masked.Should().ContainSingle();
        (await FindAsync("C-7")).Should().BeFalse("nobody who was erased gets a row again");
    }

    [Fact]
    public async Task MaskAsync_ARegistryThatRefuses_HoldsTheTopicWhole()
    {
        _registry.Refused["notes.masked-value"] = true;
        var masked = await MaskAsync(
            Notes.ToTopic,
            Event("C-1"),
            new SourceEvent(Notes.Topic, 0, 9, DateTimeOffset.UnixEpoch, "none"u8.ToArray())
        );

        masked.Held[Notes.Topic].Code.Should().Be(StreamHalts.MaskedSchemaRefused);
        masked.Masked.Should().BeEmpty();
        masked.Refused.Should().BeEmpty("what is held comes again, whole");
    }

    [Fact]
    public async Task MaskAsync_AMaskedFormThatIsTooLarge_GoesToQuarantine()
    {
        var value = Notes.Value(await SchemaAsync(), "C-1", "x");
        byte[] large = [.. value[..^2], 0x80, 0x10, .. Enumerable.Repeat((byte)'y', 1_024)];
        var masked = await MaskAsync(
            Notes.ToTopic,
            new SourceEvent(Notes.Topic, 0, 1, DateTimeOffset.UnixEpoch, large)
        );

        masked.Refused.Should().ContainSingle().Which.Code.Should().Be(EventFaults.TooLarge);
    }

    private async Task<bool> FindAsync(string customer)
    {
        _bench.Identifiers.TryGetKey("customer_id", Encoding.UTF8.GetBytes(customer), out var key).Should().BeTrue();
        return (await _bench.Identifiers.FindAsync([key], default)).ContainsKey(key);
    }

    private Task<int> SchemaAsync() => _registry.RegisterAsync("notes-value", Notes.Schema, default);

    private SourceEvent Event(string id, byte[]? key = null) =>
        new(Notes.Topic, 0, 0, DateTimeOffset.UnixEpoch, Notes.Value(SchemaAsync().Result, id))
        {
            Key = key is null ? default(ReadOnlyMemory<byte>?) : key,
        };

    private async Task<MaskedMessages> MaskAsync(Delivery delivery, params SourceEvent[] events)
    {
        await SchemaAsync();
        _contracts.Publish(Notes.Of(delivery));
        var masker = new MessageMasker(
            new PlanCache(_contracts, _registry, _bench.Keys, TimeProvider.System),
            _bench.Identifiers,
            new Erased(_erased),
            new MaskedSubjects(_registry),
            new InterceptorOptions { MaximumMaskedBytes = 1_024 }
        );
        return await masker.MaskAsync(events, TestContext.Current.CancellationToken);
    }

    private sealed class Erased(HashSet<IdentifierKey> erased) : ISuppressionList
    {
        public bool Contains(in IdentifierKey key) => erased.Contains(key);
    }
}
