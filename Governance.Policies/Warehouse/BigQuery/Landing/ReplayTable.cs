using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.Sql;

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
            var from = SqlValue.Of(source);
            var found = await statements.QueryAsync(
                SqlText.Of(
                    $"""
                    WITH asked AS (
                      SELECT p AS kafka_partition, o AS kafka_offset, e AS event_time
                      FROM UNNEST({SqlValue.Of(chunk.Select(row => (long)row.Partition))}) AS p WITH OFFSET AS i
                      JOIN UNNEST({SqlValue.Of(chunk.Select(row => row.Offset))}) AS o WITH OFFSET AS j ON i = j
                      JOIN UNNEST({SqlValue.Of(chunk.Select(row => row.EventTime))}) AS e WITH OFFSET AS k ON i = k)
                    SELECT TRUE AS replayed, asked.kafka_partition, asked.kafka_offset
                    FROM asked JOIN {statements.Table(SystemTables.Replays)} AS seen
                      ON seen.`partition` = asked.kafka_partition AND seen.`offset` = asked.kafka_offset
                    WHERE seen.source = {from} AND seen.topic = {SqlValue.Of(group.Dataset.Topic)}
                    UNION DISTINCT
                    SELECT FALSE AS replayed, asked.kafka_partition, asked.kafka_offset
                    FROM asked JOIN {statements.Table(group.Dataset.Name)} AS landed
                      ON landed._kafka_partition = asked.kafka_partition AND landed._offset = asked.kafka_offset
                      AND landed._event_time = asked.event_time
                    WHERE landed._source = {from}
                      AND landed._event_time BETWEEN {SqlValue.Of(chunk.Min(row => row.EventTime))}
                        AND {SqlValue.Of(chunk.Max(row => row.EventTime))}
                    """
                ),
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
}
