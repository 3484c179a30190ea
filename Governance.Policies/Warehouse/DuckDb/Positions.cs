using System.Globalization;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

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
            session.Execute(
                SqlText.Of(
                    $"""
                    INSERT INTO {SystemTableStatements.Positions}
                    VALUES ({SqlValue.Of(batch.Source)}, {SqlValue.Of(key.Topic)}, {SqlValue.Of(
                        key.Partition
                    )}, {SqlValue.Of(next)})
                    ON CONFLICT (source, topic, "partition") DO UPDATE SET next_offset = excluded.next_offset
                    """
                )
            );
        }

        var seen = new HashSet<(string Topic, int Partition, long Offset)>();
        foreach (var rows in batch.Rows)
        {
            foreach (var row in rows.Rows)
            {
                var key = (rows.Dataset.Topic, row.Partition);
                Guard(stored, key, row.Offset);
                if (!seen.Add((rows.Dataset.Topic, row.Partition, row.Offset)))
                {
                    throw new SinkPositionException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"Offset {row.Offset} of {key.Topic}/{key.Partition} stands twice in the batch. Read the positions again."
                        )
                    );
                }

                if (!batch.Positions.TryGetValue(key, out var next) || row.Offset >= next)
                {
                    throw new ArgumentException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"Offset {row.Offset} of {key.Topic}/{key.Partition} is not covered by the batch's positions."
                        ),
                        nameof(batch)
                    );
                }
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
}
