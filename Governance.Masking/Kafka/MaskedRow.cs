using Governance.Masking.Avro;

namespace Governance.Masking.Kafka;

/// <summary>One masked record, and where it came from.</summary>
public readonly record struct MaskedRow
{
    private readonly ReadOnlyMemory<byte> _body;

    /// <summary>A record as JSON.</summary>
    /// <param name="partition">The Kafka partition it came from.</param>
    /// <param name="offset">The Kafka offset it came from.</param>
    /// <param name="eventTime">The Kafka timestamp.</param>
    /// <param name="json">The record as a UTF-8 JSON object in the shape of its <see cref="MaskedSchema"/>; scalars in their text form, as JSON strings.</param>
    public MaskedRow(int partition, long offset, DateTimeOffset eventTime, ReadOnlyMemory<byte> json)
        : this(partition, offset, eventTime, null, json) { }

    /// <summary>A record as masked Avro.</summary>
    internal MaskedRow(
        int partition,
        long offset,
        DateTimeOffset eventTime,
        RowLayout? layout,
        ReadOnlyMemory<byte> body
    )
    {
        Partition = partition;
        Offset = offset;
        EventTime = eventTime;
        Layout = layout;
        _body = body;
    }

    /// <summary>The Kafka partition it came from.</summary>
    public int Partition { get; init; }

    /// <summary>The Kafka offset it came from.</summary>
    public long Offset { get; init; }

    /// <summary>The Kafka timestamp.</summary>
    public DateTimeOffset EventTime { get; init; }

    /// <summary>How <see cref="Avro"/> is read; <see langword="null"/> where the record stands as JSON alone.</summary>
    public RowLayout? Layout { get; }

    /// <summary>The record's masked Avro body, where there is a <see cref="Layout"/>; else empty.</summary>
    public ReadOnlyMemory<byte> Avro => Layout is null ? default : _body;

    /// <summary>
    /// The record as a UTF-8 JSON object in the shape of its <see cref="MaskedSchema"/>; scalars in their text form, as JSON strings. Written
    /// anew each time where there is a <see cref="Layout"/>.
    /// </summary>
    public ReadOnlyMemory<byte> Json => Layout is null ? _body : Layout.ToJson(_body.Span);

    /// <summary>Where it came from, and nothing of what it holds.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{Partition}]@{Offset}");
}
