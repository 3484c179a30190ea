using System.Collections.Concurrent;
using Governance.Policies.Warehouse.BigQuery.StorageWrite;
using Governance.Policies.Warehouse.BigQuery.StorageWrite.Wire;
using Microsoft.Extensions.Logging;

namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>
/// Makes this process the one that writes a partition's rows, and finds how far they landed even where whoever wrote before was killed between
/// rows and record. Record, then look: the new stream is recorded before the records are read, so of two processes that do this at the same
/// time at least one sees the other's stream and ends it; and rows are counted after their stream has ended, so none can follow.
/// </summary>
internal sealed partial class TakeOver(
    WriteClient client,
    PositionTable positions,
    Moments moments,
    Func<string, string> pathOf,
    ILogger<TakeOver> logger
)
{
    /// <summary>Takes partitions over.</summary>
    /// <param name="source">Their source.</param>
    /// <param name="tables">The table of each.</param>
    /// <param name="cancellationToken">Cancels. What was taken is taken again next time.</param>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<IReadOnlyList<OwnedPartition>> TakeAsync(
        string source,
        IReadOnlyDictionary<PartitionKey, string> tables,
        CancellationToken cancellationToken
    )
    {
        var streams = new ConcurrentDictionary<PartitionKey, string>();
        await EachAsync(
            tables,
            async (taken, token) =>
                streams[taken.Key] = await client.CreateAsync(
                    pathOf(taken.Value),
                    WriteStream.Types.Type.Committed,
                    token
                ),
            cancellationToken
        );

        HashSet<PartitionKey> keys = [.. tables.Keys];
        var before = await positions.ReadStreamsAsync(source, keys, cancellationToken);
        await positions.AddAsync(
            [.. keys.Select(key => new PositionRecord(key, Next(before[key]), streams[key], 0, moments.Next()))],
            cancellationToken
        );

        var seen = await positions.ReadStreamsAsync(source, keys, cancellationToken);
        var reached = new ConcurrentDictionary<PartitionKey, long?>();
        var ended = new ConcurrentBag<string>();
        await EachAsync(
            keys,
            async (key, token) =>
            {
                var next = Next(seen[key]);
                foreach (
                    var other in seen[key].Where(record => record.Stream.Length > 0 && record.Stream != streams[key])
                )
                {
                    next = await EndAsync(other, next, token);
                    ended.Add(other.Stream);
                }

                reached[key] = next;
            },
            cancellationToken
        );

        var found = keys.Where(key => reached[key] != Next(before[key])).ToArray();
        if (found.Length > 0)
        {
            await positions.AddAsync(
                [.. found.Select(key => new PositionRecord(key, reached[key], streams[key], 0, moments.Next()))],
                cancellationToken
            );
        }

        if (!ended.IsEmpty && await positions.CompactAsync(source, [.. ended], cancellationToken) is { } refusal)
        {
            LogNotCompacted(refusal.Code);
        }

        return
        [
            .. keys.Select(key => new OwnedPartition(key)
            {
                Next = reached[key],
                Table = tables[key],
                Stream = new AppendStream(client, streams[key], hasOffsets: true),
            }),
        ];
    }

    /// <summary>Ends another's stream.</summary>
    /// <returns>How far the partition landed, with the rows of that stream whose record was lost.</returns>
    private async Task<long?> EndAsync(PositionRecord other, long? next, CancellationToken cancellationToken)
    {
        var rows = await client.FinalizeAsync(other.Stream, cancellationToken);
        if (rows <= other.StreamRows)
        {
            return next;
        }

        var landed = await positions.FindLandedAsync(
            WriteClient.TableOf(other.Stream),
            other.Key,
            next ?? 0,
            other.RecordedAt,
            cancellationToken
        );
        if (landed is not { } last)
        {
            return next;
        }

        LogRecovered(other.Key.Topic, other.Key.Partition, last + 1);
        return Math.Max(next ?? 0, last + 1);
    }

    private static long? Next(IEnumerable<PositionRecord> records) => records.Max(record => record.Next);

    private Task EachAsync<T>(
        IEnumerable<T> items,
        Func<T, CancellationToken, Task> run,
        CancellationToken cancellationToken
    ) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = client.Options.Parallel,
                CancellationToken = cancellationToken,
            },
            async (item, token) => await run(item, token)
        );

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Rows of {Topic} partition {Partition} had landed without their position, which is now {Next}"
    )]
    private partial void LogRecovered(string topic, int partition, long next);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Old records of positions stay for now ({Code}); they change nothing"
    )]
    private partial void LogNotCompacted(string code);
}
