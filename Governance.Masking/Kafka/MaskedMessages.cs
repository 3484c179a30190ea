using Confluent.Kafka;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;

namespace Governance.Masking.Kafka;

/// <summary>
/// What masking a batch for topics gave: every event is in exactly one of the lists, or of a topic that is held. Keys and values of the messages are
/// valid until it is disposed of; their counts stay.
/// </summary>
public sealed class MaskedMessages : IDisposable
{
    private readonly SegmentedList<MaskedMessage> _masked = new();

    /// <summary>Where keys and values stand.</summary>
    internal SegmentedBytes Bytes { get; } = new(rents: true);

    /// <summary>Masked messages, in the order of their events.</summary>
    public IReadOnlyList<MaskedMessage> Masked => _masked;

    /// <summary>Events for the quarantine.</summary>
    public List<RefusedEvent> Refused { get; } = [];

    /// <summary>Events about erased people; they are dropped.</summary>
    public List<SuppressedEvent> Suppressed { get; } = [];

    /// <summary>Topics none of whose events may be done with: code and reason of their halt.</summary>
    public Dictionary<string, (string Code, string Reason)> Held { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a masked message.</summary>
    internal void Add(in MaskedMessage message) => _masked.Add(message);

    /// <summary>Gives back the room of keys and values.</summary>
    public void Dispose() => Bytes.Dispose();

    /// <summary>Forgets the events of topics that are held; they come again.</summary>
    internal void LeaveOutHeld()
    {
        if (Held.Count > 0)
        {
            _masked.RemoveAll(message => Held.ContainsKey(message.Source.Topic));
            Refused.RemoveAll(refused => Held.ContainsKey(refused.Source.Topic));
            Suppressed.RemoveAll(suppressed => Held.ContainsKey(suppressed.Source.Topic));
        }
    }
}

/// <summary>A masked message for its masked topic.</summary>
/// <param name="Source">The event that it came from.</param>
/// <param name="Dataset">Its dataset, which names the masked topic.</param>
/// <param name="Key">The masked key, or <see langword="null"/>.</param>
/// <param name="Value">The masked value in Confluent's wire format; <see langword="null"/> for a tombstone.</param>
/// <param name="Headers">The headers, masked where they are classified; <see langword="null"/> where there are none.</param>
public readonly record struct MaskedMessage(
    SourceEvent Source,
    Dataset Dataset,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    Headers? Headers
);
