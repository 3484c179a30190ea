using System.Globalization;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>What a batch lands of one partition: the position that it moves to, and its rows in the order of their offsets.</summary>
internal sealed class BatchRows(PartitionKey key, long next)
{
    private readonly List<(MaskedRows Group, int At)> _rows = [];

    public PartitionKey Key => key;

    public long Next => next;

    /// <summary>The table of the rows; <see langword="null"/> where there are none.</summary>
    public string? Table => _rows.Count == 0 ? null : _rows[0].Group.Dataset.Name;

    /// <summary>Rows, each with the group that it belongs to.</summary>
    public IEnumerable<(MaskedRows Group, MaskedRow Row)> Rows =>
        _rows.Select(row => (row.Group, row.Group.Rows[row.At]));

    /// <summary>A batch, by partition.</summary>
    /// <exception cref="SinkPositionException">An offset stands in it twice.</exception>
    /// <exception cref="ArgumentException">A row lies at or beyond the position of its partition, so that it would come again.</exception>
    public static List<BatchRows> Of(MaskedBatch batch)
    {
        var parts = batch.Positions.ToDictionary(
            position => position.Key,
            position => new BatchRows(
                new PartitionKey(batch.Source, position.Key.Topic, position.Key.Partition),
                position.Value
            )
        );
        foreach (var group in batch.Rows)
        {
            for (var at = 0; at < group.Rows.Count; at++)
            {
                var row = group.Rows[at];
                if (!parts.TryGetValue((group.Dataset.Topic, row.Partition), out var part) || row.Offset >= part.Next)
                {
                    throw new ArgumentException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"Offset {row.Offset} of {group.Dataset.Topic}/{row.Partition} is not covered by the batch's positions."
                        ),
                        nameof(batch)
                    );
                }

                if (part.Table is { } table && !string.Equals(table, group.Dataset.Name, StringComparison.Ordinal))
                {
                    throw new ArgumentException(
                        $"Rows of {part.Key} go to the tables {table} and {group.Dataset.Name}: a topic becomes one table.",
                        nameof(batch)
                    );
                }

                part._rows.Add((group, at));
            }
        }

        foreach (var part in parts.Values)
        {
            part.Sort();
        }

        return [.. parts.Values];
    }

    /// <summary>Refuses what was appended before.</summary>
    /// <exception cref="SinkPositionException">A row or the position lies behind what is stored.</exception>
    public void Guard(long? stored)
    {
        // Sorted: the first row lies furthest back.
        var first = _rows.Count == 0 ? next : Math.Min(next, _rows[0].Group.Rows[_rows[0].At].Offset);
        if (first < stored)
        {
            throw new SinkPositionException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Offset {first} of {key} was appended before; the next one is {stored}. Read the positions again."
                )
            );
        }
    }

    // The rows of a partition land in this order, so that the last one that landed tells of all before it.
    private void Sort()
    {
        _rows.Sort((a, b) => a.Group.Rows[a.At].Offset.CompareTo(b.Group.Rows[b.At].Offset));
        for (var at = 1; at < _rows.Count; at++)
        {
            var offset = _rows[at].Group.Rows[_rows[at].At].Offset;
            if (_rows[at - 1].Group.Rows[_rows[at - 1].At].Offset == offset)
            {
                throw new SinkPositionException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Offset {offset} of {key} stands twice in the batch. Read the positions again."
                    )
                );
            }
        }
    }
}
