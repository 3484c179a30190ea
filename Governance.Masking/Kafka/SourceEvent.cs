namespace Governance.Masking.Kafka;

/// <summary>One Kafka message as it came: plain, and in memory only.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset.</param>
/// <param name="Time">The Kafka timestamp.</param>
/// <param name="Value">The value's bytes; empty for a tombstone.</param>
public sealed record SourceEvent(
    string Topic,
    int Partition,
    long Offset,
    DateTimeOffset Time,
    ReadOnlyMemory<byte> Value
);
