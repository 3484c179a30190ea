using System.Globalization;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Appending;

/// <summary>The next offset to consume, which commits with the rows.</summary>
internal static class Positions
{
    public static Dictionary<(string Topic, int Partition), long> Read(DuckDbSession session, string source) =>
        session
            .Query(
                SqlText.Of(
                    $"""SELECT topic, "partition", next_offset FROM {SystemTableStatements.Positions} WHERE source = {SqlValue.Of(source)}"""
                ),
                reader => (Key: (reader.GetString(0), reader.GetInt32(1)), Next: reader.GetInt64(2))
            )
            .ToDictionary(row => row.Key, row => row.Next);

    /// <summary>Moves the positions of a batch, inside the transaction that inserts its rows.</summary>
    /// <exception cref="SinkPositionException">A row or a position lies behind what is stored: it was appended before.</exception>
    /// <exception cref="ArgumentException">A row lies at or beyond the position of its partition, so that it would come again.</exception>
    public static void Move(DuckDbSession session, MaskedBatch batch)
    {
        var stored = Read(session, batch.Source);
        foreach (var (key, next) in batch.Positions)
        {
            Guard(stored, key, next);
        }

        if (batch.Positions.Count > 0)
        {
            // One statement: each costs milliseconds, and a batch may be of many partitions.
            var source = SqlValue.Of(batch.Source);
            var values = batch.Positions.Select(position =>
                SqlText.Of(
                    $"({source}, {SqlValue.Of(position.Key.Topic)}, {SqlValue.Of(position.Key.Partition)}, {SqlValue.Of(position.Value)})"
                )
            );
            session.Execute(
                SqlText.Of(
                    $"""
                    INSERT INTO {SystemTableStatements.Positions} VALUES {SqlText.Join(", ", values)}
                    ON CONFLICT (source, topic, "partition") DO UPDATE SET next_offset = excluded.next_offset
                    """
                )
            );
        }

        foreach (var rows in batch.Rows.GroupBy(rows => rows.Dataset.Topic, StringComparer.Ordinal))
        {
            Check(rows.Key, [.. rows], batch.Positions, stored);
        }
    }

    private static void Check(
        string topic,
        IReadOnlyList<MaskedRows> batch,
        IReadOnlyDictionary<(string Topic, int Partition), long> positions,
        Dictionary<(string Topic, int Partition), long> stored
    )
    {
        var partitions = new Dictionary<int, Reach>();
        var (partition, reach) = (-1, (Reach?)null);
        var inOrder = true;
        foreach (var row in batch.SelectMany(rows => rows.Rows))
        {
            // Rows of a partition come in runs.
            if (reach is null || row.Partition != partition)
            {
                partition = row.Partition;
                if (!partitions.TryGetValue(partition, out reach))
                {
                    var key = (topic, partition);
                    partitions[partition] = reach = new Reach(
                        stored.GetValueOrDefault(key, long.MinValue),
                        positions.GetValueOrDefault(key, long.MinValue)
                    );
                }
            }

            if (row.Offset < reach.From)
            {
                Guard(stored, (topic, partition), row.Offset);
            }

            if (row.Offset >= reach.Next)
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Offset {row.Offset} of {topic}/{partition} is not covered by the batch's positions."
                    ),
                    nameof(batch)
                );
            }

            inOrder &= row.Offset > reach.Last;
            reach.Last = row.Offset;
        }

        if (!inOrder)
        {
            CheckDistinct(topic, batch);
        }
    }

    private static void CheckDistinct(string topic, IReadOnlyList<MaskedRows> batch)
    {
        var seen = new HashSet<(int Partition, long Offset)>();
        foreach (var row in batch.SelectMany(rows => rows.Rows))
        {
            if (!seen.Add((row.Partition, row.Offset)))
            {
                throw new SinkPositionException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Offset {row.Offset} of {topic}/{row.Partition} stands twice in the batch. Read the positions again."
                    )
                );
            }
        }
    }

    private static void Guard(
        Dictionary<(string Topic, int Partition), long> stored,
        (string Topic, int Partition) key,
        long offset
    )
    {
        if (stored.TryGetValue(key, out var next) && offset < next)
        {
            throw new SinkPositionException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Offset {offset} of {key.Topic}/{key.Partition} was appended before; the next one is {next}. Read the positions again."
                )
            );
        }
    }

    /// <summary>How far a partition may reach in a batch.</summary>
    private sealed class Reach(long from, long next)
    {
        public long From => from;

        public long Next => next;

        public long Last { get; set; } = long.MinValue;
    }
}
