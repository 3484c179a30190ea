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
)
{
    /// <summary>The key's bytes; <see langword="null"/> where there is none.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The headers in their order, names may repeat; <see langword="null"/> or empty where there is none.</summary>
    public IReadOnlyList<SourceHeader>? Headers { get; init; }

    /// <summary>Where it came from, and nothing of what it holds: whoever logs an event by mistake must not tell of a person.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Topic}[{Partition}]@{Offset}");
}

/// <summary>A header of a Kafka message.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; <see langword="null"/> where it has none.</param>
public readonly record struct SourceHeader(string Name, ReadOnlyMemory<byte>? Value);
