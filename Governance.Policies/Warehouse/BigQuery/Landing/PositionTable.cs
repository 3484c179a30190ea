using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>How far each partition has landed.</summary>
internal sealed class PositionTable(SinkStatements statements, SystemRows rows)
{
    private SqlName Positions => statements.Table(SystemTables.Positions);

    /// <summary>The next offset to consume, by topic and partition.</summary>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<Dictionary<(string Topic, int Partition), long>> ReadAsync(
        string source,
        CancellationToken cancellationToken
    )
    {
        var read = await statements.QueryAsync(
            SqlText.Of(
                $"""
                SELECT p.topic, p.`partition`, MAX(p.next_offset) AS next_offset FROM {Positions} AS p
                WHERE p.source = {SqlValue.Of(source)} AND p.next_offset IS NOT NULL
                GROUP BY p.topic, p.`partition`
                """
            ),
            cancellationToken
        );
        return read.ToDictionary(
            row => (row["topic"].AsText()!, checked((int)row["partition"].AsLong()!.Value)),
            row => row["next_offset"].AsLong()!.Value
        );
    }

    /// <summary>The newest record of each stream of some partitions.</summary>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<ILookup<PartitionKey, PositionRecord>> ReadStreamsAsync(
        string source,
        IReadOnlyCollection<PartitionKey> keys,
        CancellationToken cancellationToken
    )
    {
        var topics = keys.Select(key => key.Topic).Distinct(StringComparer.Ordinal);
        var read = await statements.QueryAsync(
            SqlText.Of(
                $"""
                SELECT p.topic, p.`partition`, p.stream, MAX(p.next_offset) AS next_offset,
                  MAX(p.stream_rows) AS stream_rows, MAX(p.recorded_at) AS recorded_at
                FROM {Positions} AS p
                WHERE p.source = {SqlValue.Of(source)} AND p.topic IN UNNEST({SqlValue.Of(topics)})
                GROUP BY p.topic, p.`partition`, p.stream
                """
            ),
            cancellationToken
        );
        return read.Select(row => new PositionRecord(
                new PartitionKey(source, row["topic"].AsText()!, checked((int)row["partition"].AsLong()!.Value)),
                row["next_offset"].AsLong(),
                row["stream"].AsText()!,
                row["stream_rows"].AsLong()!.Value,
                row["recorded_at"].AsTimestamp()!.Value
            ))
            .Where(record => keys.Contains(record.Key))
            .ToLookup(record => record.Key);
    }

    /// <summary>Adds records.</summary>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer. Whether they were added is not known.</exception>
    public Task AddAsync(IReadOnlyCollection<PositionRecord> records, CancellationToken cancellationToken) =>
        rows.AddAsync(
            [
                .. records.Select(record =>
                    new object?[]
                    {
                        record.Key.Source,
                        record.Key.Topic,
                        (long)record.Key.Partition,
                        record.Next,
                        record.Stream,
                        record.StreamRows,
                        record.RecordedAt,
                    }
                ),
            ],
            cancellationToken
        );

    /// <summary>
    /// The greatest offset that landed in a table beyond its partition's position, by a stream whose record was lost: of rows that were written
    /// since the stream's newest record. A dataset may have moved here from another topic, whose offsets say nothing.
    /// </summary>
    /// <returns><see langword="null"/> where there is none.</returns>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<long?> FindLandedAsync(
        string table,
        PartitionKey key,
        long from,
        DateTimeOffset since,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var read = await statements.QueryAsync(
                SqlText.Of(
                    $"""
                    SELECT MAX(t._offset) AS landed FROM {statements.Table(table)} AS t
                    WHERE t._source = {SqlValue.Of(key.Source)} AND t._kafka_partition = {SqlValue.Of(key.Partition)}
                      AND t._offset >= {SqlValue.Of(from)} AND t._ingested_at >= {SqlValue.Of(since)}
                    """
                ),
                cancellationToken
            );
            return read[0]["landed"].AsLong();
        }
        catch (WarehouseException exception) when (exception.Refusal.Kind is RefusalKind.Gone)
        {
            // The table was dropped, and its rows with it.
            return null;
        }
    }

    /// <summary>
    /// Removes records that say nothing any more: those of streams that have ended, and all but the newest of a stream, where a record that is kept is
    /// as far. Best effort: what stays is read again, and changes nothing.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="ended">Streams that are finalized, and whose rows are counted in a record of another stream.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<Refusal?> CompactAsync(
        string source,
        IReadOnlyCollection<string> ended,
        CancellationToken cancellationToken
    )
    {
        var streams = SqlValue.Of(ended);
        return statements.ChangeAsync(
            SystemTables.Positions,
            SqlText.Of(
                $"""
                DELETE FROM {Positions} AS old
                WHERE old.source = {SqlValue.Of(source)}
                  AND EXISTS (
                    SELECT 1 FROM {Positions} AS kept
                    WHERE kept.source = old.source AND kept.topic = old.topic AND kept.`partition` = old.`partition`
                      AND kept.next_offset >= IFNULL(old.next_offset, -1)
                      AND (
                        (old.stream IN UNNEST({streams}) AND kept.stream NOT IN UNNEST({streams}) AND kept.stream != '')
                        OR (kept.stream = old.stream AND kept.stream_rows >= old.stream_rows
                          AND kept.next_offset > IFNULL(old.next_offset, -1))))
                """
            ),
            cancellationToken
        );
    }
}
