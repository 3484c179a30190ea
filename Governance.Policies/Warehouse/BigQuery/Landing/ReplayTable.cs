using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Tables;

namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>Origins of rows that came out of quarantine.</summary>
internal sealed class ReplayTable(SinkStatements statements, SystemRows rows)
{
    // Three arrays of so many values stay far below the 10 MB that a query may have.
    private const int MostOrigins = 10_000;

    /// <summary>
    /// Of the origins of some rows, those that were replayed before, and those whose row stands in the table: its batch may have been
    /// quarantined, not landed, and been masked when it was tried again. The event's time is compared with the offset, since a dataset
    /// may have moved to another topic; it also bounds the partitions that are read.
    /// </summary>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<(
        HashSet<(int Partition, long Offset)> Replayed,
        HashSet<(int Partition, long Offset)> Landed
    )> FindAsync(string source, MaskedRows group, CancellationToken cancellationToken)
    {
        var replayed = new HashSet<(int, long)>();
        var landed = new HashSet<(int, long)>();
        foreach (var chunk in group.Rows.Chunk(MostOrigins))
        {
            var found = await statements.QueryAsync(
                $"""
                WITH asked AS (
                  SELECT p AS kafka_partition, o AS kafka_offset, e AS event_time
                  FROM UNNEST(@partitions) AS p WITH OFFSET AS i
                  JOIN UNNEST(@offsets) AS o WITH OFFSET AS j ON i = j
                  JOIN UNNEST(@times) AS e WITH OFFSET AS k ON i = k)
                SELECT TRUE AS replayed, asked.kafka_partition, asked.kafka_offset
                FROM asked JOIN {statements.Name(SystemTables.Replays)} AS seen
                  ON seen.`partition` = asked.kafka_partition AND seen.`offset` = asked.kafka_offset
                WHERE seen.source = @source AND seen.topic = @topic
                UNION DISTINCT
                SELECT FALSE AS replayed, asked.kafka_partition, asked.kafka_offset
                FROM asked JOIN {statements.Name(group.Dataset.Name)} AS landed
                  ON landed.{SystemColumns.Partition} = asked.kafka_partition AND landed.{SystemColumns.Offset} = asked.kafka_offset
                  AND landed.{SystemColumns.EventTime} = asked.event_time
                WHERE landed.{SystemColumns.Source} = @source
                  AND landed.{SystemColumns.EventTime} BETWEEN @first AND @last
                """,
                [
                    BigQueryParameter.Of("source", source),
                    BigQueryParameter.Of("topic", group.Dataset.Topic),
                    Array("partitions", BigQueryType.Int64, chunk.Select(row => (long)row.Partition)),
                    Array("offsets", BigQueryType.Int64, chunk.Select(row => row.Offset)),
                    Array("times", BigQueryType.Timestamp, chunk.Select(row => row.EventTime)),
                    BigQueryParameter.Of("first", chunk.Min(row => row.EventTime)),
                    BigQueryParameter.Of("last", chunk.Max(row => row.EventTime)),
                ],
                cancellationToken
            );
            foreach (var row in found)
            {
                var origin = (
                    checked((int)row["kafka_partition"].AsLong()!.Value),
                    row["kafka_offset"].AsLong()!.Value
                );
                (row["replayed"].AsBool() is true ? replayed : landed).Add(origin);
            }
        }

        return (replayed, landed);
    }

    /// <summary>Remembers origins.</summary>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public Task AddAsync(
        string source,
        string topic,
        IEnumerable<(int Partition, long Offset)> origins,
        CancellationToken cancellationToken
    ) =>
        rows.AddAsync(
            [.. origins.Select(origin => new object?[] { source, topic, (long)origin.Partition, origin.Offset })],
            cancellationToken
        );

    private static BigQueryParameter Array<T>(string name, BigQueryType element, IEnumerable<T> values) =>
        new(name, BigQueryType.ArrayOf(element), values.ToArray());
}
