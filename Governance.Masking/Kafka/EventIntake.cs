using Confluent.Kafka;
using Governance.Masking.Columns;

namespace Governance.Masking.Kafka;

/// <summary>
/// Makes events of what the client consumed. Keys and values of a batch lie one after another, as they came: masking walks along them, and the
/// collector has no object for each. Used by one thread at a time.
/// </summary>
internal sealed class EventIntake : IDeserializer<ReadOnlyMemory<byte>?>, IDisposable
{
    private readonly SegmentedBytes _bytes = new();
    private string _topic = "";

    /// <inheritdoc />
    public ReadOnlyMemory<byte>? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        // Said in so many words: null would become empty memory by a conversion that nobody sees.
        if (isNull)
        {
            return null;
        }

        data.CopyTo(_bytes.GetSpan(data.Length));
        _bytes.Advance(data.Length);
        return _bytes.Take();
    }

    /// <summary>An event.</summary>
    public SourceEvent Take(ConsumeResult<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> consumed)
    {
        var message = consumed.Message;
        if (!string.Equals(consumed.Topic, _topic, StringComparison.Ordinal))
        {
            _topic = consumed.Topic;
        }

        return new SourceEvent(
            // The client makes a text for each event: one is kept.
            _topic,
            consumed.Partition.Value,
            consumed.Offset.Value,
            EventTime.Of(message.Timestamp.UnixTimestampMs),
            message.Value ?? default
        )
        {
            Key = message.Key,
            Headers = message.Headers is { Count: > 0 } headers
                ? [.. headers.Select(header => new SourceHeader(header.Key, Bytes(header.GetValueBytes())))]
                : null,
        };
    }

    /// <inheritdoc />
    public void Dispose() => _bytes.Dispose();

    private static ReadOnlyMemory<byte>? Bytes(byte[]? bytes) => bytes is null ? null : (ReadOnlyMemory<byte>)bytes;
}
