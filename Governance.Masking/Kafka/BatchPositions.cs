using Confluent.Kafka;

namespace Governance.Masking.Kafka;

/// <summary>How far a batch of events reaches.</summary>
internal static class BatchPositions
{
    /// <summary>The next offset to consume, for each topic and partition of a batch.</summary>
    /// <param name="events">The batch, in the order of each partition.</param>
    /// <param name="isHeld">Tells topics of whose events nothing is done: they have no position.</param>
    public static Dictionary<(string Topic, int Partition), long> After(
        IReadOnlyList<SourceEvent> events,
        Func<string, bool> isHeld
    )
    {
        var positions = new Dictionary<(string Topic, int Partition), long>();
        for (var index = 0; index < events.Count; index++)
        {
            // Events of a partition come in runs: the last of a run tells.
            var one = events[index];
            if (
                index + 1 < events.Count
                && events[index + 1] is var next
                && next.Partition == one.Partition
                && string.Equals(next.Topic, one.Topic, StringComparison.Ordinal)
                && next.Offset > one.Offset
            )
            {
                continue;
            }

            if (!isHeld(one.Topic))
            {
                var key = (one.Topic, one.Partition);
                positions[key] = Math.Max(positions.GetValueOrDefault(key), one.Offset + 1);
            }
        }

        return positions;
    }

    /// <summary>Positions as Kafka's client takes them.</summary>
    public static List<TopicPartitionOffset> AsOffsets(
        this IReadOnlyDictionary<(string Topic, int Partition), long> positions
    ) => [.. positions.Select(item => new TopicPartitionOffset(item.Key.Topic, item.Key.Partition, item.Value))];
}
