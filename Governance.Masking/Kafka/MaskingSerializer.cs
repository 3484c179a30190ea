using System.Buffers.Binary;
using System.Collections.Concurrent;
using Confluent.Kafka;
using Governance.Masking.Avro;

namespace Governance.Masking.Kafka;

/// <summary>
/// Masks what another serializer wrote, so that a producer sends masked records and nothing else: what cannot be masked is not sent.
/// Takes and gives Avro in Confluent's wire format. Safe for concurrent callers.
/// </summary>
/// <typeparam name="T">What the producer sends.</typeparam>
/// <example>
/// <code>
/// await using var masker = await Masker.CreateAsync(new MaskerOptions { Contracts = { "contracts" } });
/// builder.SetValueSerializer(new MaskingSerializer&lt;Customer&gt;(serializer, masker, registry, "customers"));
/// </code>
/// </example>
/// <remarks>
/// The masked schema is registered under the topic's own subject, <c>{topic}-value</c>, which says what stands in the topic. The inner
/// serializer is told the topic <c>{topic}-plain</c>, so that the plain schema has a subject beside it. Keys and headers of
/// messages are not masked here: give them nothing that names a person, or mask a key by <see cref="MaskingKeySerializer"/>.
/// </remarks>
public sealed class MaskingSerializer<T> : IAsyncSerializer<T>
{
    private readonly Func<T, SerializationContext, Task<byte[]?>> _inner;
    private readonly IMasker _masker;
    private readonly ISchemaRegistry _registry;
    private readonly string _dataset;
    private readonly ConcurrentDictionary<(string Topic, string Schema), int> _ids = new();

    /// <summary>Masks what an asynchronous serializer writes.</summary>
    /// <param name="inner">Writes Avro in Confluent's wire format, such as Confluent's <c>AvroSerializer</c>.</param>
    /// <param name="masker">Masks.</param>
    /// <param name="registry">Knows the plain schemas, and learns the masked ones.</param>
    /// <param name="dataset">The dataset's name in its contract.</param>
    public MaskingSerializer(IAsyncSerializer<T> inner, IMasker masker, ISchemaRegistry registry, string dataset)
        : this(masker, registry, dataset, async (data, context) => await inner.SerializeAsync(data, context)) { }

    /// <summary>Masks what a serializer writes.</summary>
    /// <inheritdoc cref="MaskingSerializer{T}.MaskingSerializer(IAsyncSerializer{T}, IMasker, ISchemaRegistry, string)"/>
    public MaskingSerializer(ISerializer<T> inner, IMasker masker, ISchemaRegistry registry, string dataset)
        : this(masker, registry, dataset, (data, context) => Task.FromResult<byte[]?>(inner.Serialize(data, context)))
    { }

    private MaskingSerializer(
        IMasker masker,
        ISchemaRegistry registry,
        string dataset,
        Func<T, SerializationContext, Task<byte[]?>> inner
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataset);
        _inner = inner;
        _masker = masker;
        _registry = registry;
        _dataset = dataset;
    }

    /// <summary>
    /// Whether a masked schema that the registry does not know is registered. Where not, it must be there already, under <c>{topic}-value</c>.
    /// Default: it is.
    /// </summary>
    public bool AutoRegister { get; init; } = true;

    /// <summary>Serializes and masks. A producer tells of what it throws by a <see cref="ProduceException{TKey, TValue}"/>.</summary>
    /// <exception cref="UnmaskableRecordException">The record cannot be masked.</exception>
    /// <exception cref="SchemaRegistryException">The registry is away, or refuses the masked schema.</exception>
    public async Task<byte[]> SerializeAsync(T data, SerializationContext context)
    {
        var plainTopic = new SerializationContext(context.Component, $"{context.Topic}-plain", context.Headers);
        if (await _inner(data, plainTopic) is not { } plain)
        {
            // A tombstone; it says that a key is gone, and has nothing to mask.
            return null!;
        }

        if (!WireFormat.TryParse(plain, out var plainId, out var body))
        {
            throw new UnmaskableRecordException(
                EventFaults.NotWireFormat,
                "the inner serializer writes no zero byte and schema id in front: use one that does, such as Confluent's AvroSerializer"
            );
        }

        var schema = await _registry.GetSchemaAsync(plainId, CancellationToken.None);
        var masked = (await _masker.MaskAvroAsync(_dataset, schema, [body]))[0];
        if (masked.Fault is { } fault)
        {
            throw new UnmaskableRecordException(fault.Code, fault.Reason);
        }

        var maskedId = await IdOfAsync(context.Topic, masked.AvroSchema!);
        var framed = new byte[WireFormat.HeaderSize + masked.Bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), maskedId);
        masked.Bytes.Span.CopyTo(framed.AsSpan(WireFormat.HeaderSize));
        return framed;
    }

    private async ValueTask<int> IdOfAsync(string topic, string schema)
    {
        if (_ids.TryGetValue((topic, schema), out var known))
        {
            return known;
        }

        var subject = $"{topic}-value";
        var id = AutoRegister
            ? await _registry.RegisterAsync(subject, schema, CancellationToken.None)
            : (await _registry.LookUpAsync(subject, schema, CancellationToken.None))?.Id
                ?? throw new SchemaRegistryException(
                    SchemaRegistryFailure.NotFound,
                    0,
                    $"The masked schema of dataset {_dataset} is not registered under {subject}: register what IMasker.GetMaskedAvroSchema gives, or allow {nameof(AutoRegister)}."
                );
        return _ids.GetOrAdd((topic, schema), id);
    }
}
