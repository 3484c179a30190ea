using System.Collections.Concurrent;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Landing;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Policies.Warehouse.BigQuery.StorageWrite;
using Governance.Policies.Warehouse.BigQuery.StorageWrite.Wire;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Microsoft.Extensions.Logging;

namespace Governance.Policies.Warehouse.BigQuery;

/// <summary>
/// Lands masked rows through the Storage Write API. BigQuery has no transaction over rows and positions, so rows come first and their
/// position after them; where a process is killed between the two, whoever takes the partition over finds the rows and mends the position
/// (<see cref="TakeOver"/>). Rows of a partition land once, whatever is lost on the way.
/// </summary>
/// <remarks>
/// A batch is all or nothing for each of its partitions. Where one landed and another did not, the caller learns by a
/// <see cref="SinkPositionException"/> when it tries the batch again.
/// </remarks>
internal sealed class BigQuerySink : IMaskedSink, IAsyncDisposable
{
    // Whoever loses its stream takes over again; two processes that insist on one partition are a fault of the consumer group.
    private const int MostTakeOvers = 3;

    // Records of positions that are added between two compactions.
    private const int CompactAfter = 20_000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<PartitionKey, OwnedPartition> _owned = [];
    private readonly Dictionary<string, AppendStream> _probes = new(StringComparer.Ordinal);
    private readonly Func<CancellationToken, ValueTask<IAsyncDisposable>> _gate;
    private readonly WriteClient _client;
    private readonly BigQueryTableShaper _shaper;
    private readonly DatasetReference _home;
    private readonly TablePlans _plans;
    private readonly Moments _moments;
    private readonly SystemRows _positionRows;
    private readonly SystemRows _replayRows;
    private readonly PositionTable _positions;
    private readonly ReplayTable _replays;
    private readonly TakeOver _takeOver;
    private bool _hasSystemTables;
    private int _recorded;

    /// <summary>Makes a sink; nothing is asked yet.</summary>
    /// <param name="client">BigQuery's REST interface.</param>
    /// <param name="jobs">Runs statements.</param>
    /// <param name="write">The Storage Write API; the sink disposes of it.</param>
    /// <param name="layout">How tables are laid out.</param>
    /// <param name="gate">The one write gate that <see cref="EnterWriteAsync"/> enters.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of positions that were mended.</param>
    public BigQuerySink(
        BigQueryClient client,
        JobRunner jobs,
        WriteClient write,
        TableLayout layout,
        Func<CancellationToken, ValueTask<IAsyncDisposable>> gate,
        TimeProvider time,
        ILogger<TakeOver> logger
    )
    {
        _home = new DatasetReference(client.Options.Project, client.Options.Dataset);
        _client = write;
        _gate = gate;
        _moments = new Moments(time);
        _shaper = new BigQueryTableShaper(client, layout);
        _plans = new TablePlans(_shaper);
        var statements = new SinkStatements(jobs, _home);
        _positionRows = Rows(SystemTables.Positions);
        _replayRows = Rows(SystemTables.Replays);
        _positions = new PositionTable(statements, _positionRows);
        _replays = new ReplayTable(statements, _replayRows);
        _takeOver = new TakeOver(write, _positions, _moments, PathOf, logger);
    }

    public async Task EnsureTableAsync(Dataset dataset, MaskedSchema schema, CancellationToken cancellationToken) =>
        await _plans.EnsureAsync(dataset, schema, cancellationToken);

    public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadPositionsAsync(
        string source,
        CancellationToken cancellationToken
    )
    {
        await EnsureSystemTablesAsync(cancellationToken);
        return await _positions.ReadAsync(source, cancellationToken);
    }

    public ValueTask<IAsyncDisposable> EnterWriteAsync(CancellationToken cancellationToken) => _gate(cancellationToken);

    public Task AppendAsync(MaskedBatch batch, CancellationToken cancellationToken) =>
        InTurnAsync(
            batch.Rows,
            () => batch.Replayed ? ReplayAsync(batch, cancellationToken) : LandAsync(batch, cancellationToken),
            cancellationToken
        );

    public Task ProbeAsync(MaskedRows rows, CancellationToken cancellationToken) =>
        InTurnAsync([rows], () => TryAsync(rows, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync()
    {
        foreach (var partition in _owned.Values)
        {
            partition.Dispose();
        }

        foreach (var probe in _probes.Values)
        {
            probe.Dispose();
        }

        _positionRows.Dispose();
        _replayRows.Dispose();
        _plans.Dispose();
        _client.Dispose();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task InTurnAsync(
        IReadOnlyList<MaskedRows> groups,
        Func<Task> run,
        CancellationToken cancellationToken
    )
    {
        await EnsureSystemTablesAsync(cancellationToken);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var group in groups)
            {
                await EnsureTableAsync(group.Dataset, group.Schema, cancellationToken);
            }

            await run();
        }
        catch (WarehouseException exception) when (exception.Refusal.Kind is RefusalKind.Gone)
        {
            // Somebody dropped a table: the next batch makes it again.
            _plans.Forget();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task LandAsync(MaskedBatch batch, CancellationToken cancellationToken)
    {
        var waiting = BatchRows.Of(batch);
        for (var tries = 1; waiting.Count > 0; tries++)
        {
            await OwnAsync(batch.Source, waiting, cancellationToken);
            foreach (var part in waiting)
            {
                part.Guard(_owned[part.Key].Next);
            }

            waiting = await LandAsync(batch.Source, waiting, cancellationToken);
            if (waiting.Count > 0 && tries >= MostTakeOvers)
            {
                throw new WarehouseException(
                    new Refusal(
                        RefusalKind.Busy,
                        "partition_contended",
                        $"Another process writes {waiting[0].Key} at the same time. It is tried again; see that all members have the same consumer group."
                    )
                );
            }

            if (waiting.Count > 0)
            {
                await _client.Backoff(TimeSpan.MaxValue).WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Sees to it that this process knows how far each partition landed, and has a stream where there are rows.</summary>
    private async Task OwnAsync(string source, List<BatchRows> parts, CancellationToken cancellationToken)
    {
        var lacking = new Dictionary<PartitionKey, string>();
        var unknown = new List<PartitionKey>();
        foreach (var part in parts)
        {
            var known = _owned.GetValueOrDefault(part.Key);
            if (part.Table is { } table && !string.Equals(known?.Table, table, StringComparison.Ordinal))
            {
                lacking[part.Key] = table;
            }
            else if (known is null)
            {
                unknown.Add(part.Key);
            }
        }

        if (unknown.Count > 0)
        {
            var stored = await _positions.ReadAsync(source, cancellationToken);
            foreach (var key in unknown)
            {
                _owned[key] = new OwnedPartition(key)
                {
                    Next = stored.TryGetValue((key.Topic, key.Partition), out var next) ? next : null,
                };
            }
        }

        if (lacking.Count > 0)
        {
            foreach (var partition in await _takeOver.TakeAsync(source, lacking, cancellationToken))
            {
                Disown(partition.Key);
                _owned[partition.Key] = partition;
            }
        }
    }

    /// <summary>Lands the rows of each partition, then records the positions of those that did.</summary>
    /// <returns>Partitions whose stream somebody ended: they have to be taken over again.</returns>
    private async Task<List<BatchRows>> LandAsync(
        string source,
        List<BatchRows> parts,
        CancellationToken cancellationToken
    )
    {
        var encoded = new Dictionary<PartitionKey, EncodedRows>();
        var lost = new ConcurrentBag<BatchRows>();
        var faults = new ConcurrentBag<Exception>();
        var landed = new ConcurrentBag<BatchRows>();
        try
        {
            // All rows first, so that one which does not fit refuses the batch before any of it landed.
            var now = _moments.Next();
            foreach (var part in parts.Where(part => part.Table is not null))
            {
                encoded[part.Key] = Encode(part.Table!, source, now, part.Rows);
            }

            await Parallel.ForEachAsync(
                parts,
                new ParallelOptions { MaxDegreeOfParallelism = _client.Options.Parallel },
                async (part, _) =>
                {
                    try
                    {
                        if (encoded.TryGetValue(part.Key, out var rows))
                        {
                            await AppendAsync(_owned[part.Key].Stream!, rows, cancellationToken);
                        }

                        landed.Add(part);
                    }
                    catch (StreamLostException)
                    {
                        lost.Add(part);
                    }
                    catch (Exception exception)
                    {
                        faults.Add(exception);
                    }
                }
            );
        }
        finally
        {
            foreach (var rows in encoded.Values)
            {
                rows.Dispose();
            }
        }

        // Whatever did not land as a whole, and is not recorded, is taken over before the next row: how much of it landed is not known.
        var owned = parts.ToDictionary(part => part.Key, part => _owned[part.Key]);
        foreach (var part in parts)
        {
            _owned.Remove(part.Key);
        }

        try
        {
            await RecordAsync(source, [.. landed], owned, cancellationToken);
        }
        finally
        {
            foreach (var partition in owned.Values.Where(partition => !_owned.ContainsKey(partition.Key)))
            {
                partition.Dispose();
            }
        }

        return faults.OrderByDescending(fault => fault is SinkRowException).FirstOrDefault() is { } first
            ? throw first
            : [.. lost];
    }

    private async Task RecordAsync(
        string source,
        IReadOnlyCollection<BatchRows> landed,
        Dictionary<PartitionKey, OwnedPartition> owned,
        CancellationToken cancellationToken
    )
    {
        if (landed.Count == 0)
        {
            return;
        }

        var now = _moments.Next();
        await _positions.AddAsync(
            [
                .. landed.Select(part => new PositionRecord(
                    part.Key,
                    part.Next,
                    owned[part.Key].Stream?.Name ?? "",
                    owned[part.Key].Stream?.Rows ?? 0,
                    now
                )),
            ],
            cancellationToken
        );
        foreach (var part in landed)
        {
            var partition = owned[part.Key];
            partition.Next = part.Next;
            _owned[part.Key] = partition;
        }

        _recorded += landed.Count;
        if (_recorded >= CompactAfter)
        {
            _recorded = 0;
            await _positions.CompactAsync(source, [], cancellationToken);
        }
    }

    private async Task ReplayAsync(MaskedBatch batch, CancellationToken cancellationToken)
    {
        var groups = new List<(MaskedRows Group, EncodedRows Rows, List<(int, long)> Origins)>();
        try
        {
            foreach (var group in batch.Rows.Where(group => group.Rows.Count > 0))
            {
                var (replayed, landed) = await _replays.FindAsync(batch.Source, group, cancellationToken);
                var fresh = group
                    .Rows.DistinctBy(row => (row.Partition, row.Offset))
                    .Where(row => !replayed.Contains((row.Partition, row.Offset)))
                    .ToArray();
                var rows = Encode(
                    group.Dataset.Name,
                    batch.Source,
                    _moments.Next(),
                    fresh.Where(row => !landed.Contains((row.Partition, row.Offset))).Select(row => (group, row))
                );
                groups.Add((group, rows, [.. fresh.Select(row => (row.Partition, row.Offset))]));
            }

            foreach (var (group, rows, origins) in groups.Where(group => group.Origins.Count > 0))
            {
                if (rows.Count > 0)
                {
                    // Rows before their origins: where this ends between the two, the rows are found in the table.
                    await AppendOnceAsync(group.Dataset.Name, rows, cancellationToken);
                }

                await _replays.AddAsync(batch.Source, group.Dataset.Topic, origins, cancellationToken);
            }
        }
        finally
        {
            foreach (var (_, rows, _) in groups)
            {
                rows.Dispose();
            }
        }
    }

    private async Task AppendOnceAsync(string table, EncodedRows rows, CancellationToken cancellationToken)
    {
        var name = await _client.CreateAsync(PathOf(table), WriteStream.Types.Type.Committed, cancellationToken);
        using var stream = new AppendStream(_client, name, hasOffsets: true);
        try
        {
            await AppendAsync(stream, rows, cancellationToken);
            await _client.FinalizeAsync(name, cancellationToken);
        }
        catch (StreamLostException)
        {
            throw WriteFaults.Exception(Grpc.Core.StatusCode.Aborted, table);
        }
    }

    /// <summary>Appends to a stream that is never committed, so that BigQuery tells what it thinks of the rows and nothing lands.</summary>
    private async Task TryAsync(MaskedRows rows, CancellationToken cancellationToken)
    {
        var table = rows.Dataset.Name;
        using var encoded = Encode(table, source: "", _moments.Next(), rows.Rows.Select(row => (rows, row)));
        for (var tries = 1; ; tries++)
        {
            if (!_probes.TryGetValue(table, out var probe))
            {
                var name = await _client.CreateAsync(PathOf(table), WriteStream.Types.Type.Pending, cancellationToken);
                _probes[table] = probe = new AppendStream(_client, name, hasOffsets: false);
            }

            try
            {
                await AppendAsync(probe, encoded, cancellationToken);
                return;
            }
            catch (StreamLostException) when (tries < MostTakeOvers)
            {
                // A stream that nobody wrote to for long is gone; the next one is new.
                _probes.Remove(table);
                probe.Dispose();
            }
            catch (StreamLostException)
            {
                throw WriteFaults.Exception(Grpc.Core.StatusCode.Aborted, table);
            }
        }
    }

    private async Task AppendAsync(AppendStream stream, EncodedRows rows, CancellationToken cancellationToken)
    {
        foreach (var request in rows.Requests(_client.Options.MostRequestBytes))
        {
            await stream.AppendAsync(rows.Shape, request, cancellationToken);
        }
    }

    private EncodedRows Encode(
        string table,
        string source,
        DateTimeOffset ingestedAt,
        IEnumerable<(MaskedRows Group, MaskedRow Row)> rows
    )
    {
        var shape = _plans.Shape(table);
        var encoded = new EncodedRows(shape, source, ingestedAt);
        try
        {
            RowPlan? plan = null;
            MaskedSchema? of = null;
            foreach (var (group, row) in rows)
            {
                if (plan is null || !ReferenceEquals(of, group.Schema))
                {
                    (plan, of) = (_plans.Plan(shape, group.Schema), group.Schema);
                }

                encoded.Add(plan, row, _client.Options.MostRequestBytes);
            }

            return encoded;
        }
        catch
        {
            encoded.Dispose();
            throw;
        }
    }

    /// <summary>Makes the adapter's own tables where they are missing.</summary>
    public async Task EnsureSystemTablesAsync(CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _hasSystemTables))
        {
            await _shaper.MakeSystemTablesAsync(cancellationToken);
            Volatile.Write(ref _hasSystemTables, true);
        }
    }

    private void Disown(PartitionKey key)
    {
        if (_owned.Remove(key, out var partition))
        {
            partition.Dispose();
        }
    }

    private SystemRows Rows(string table) =>
        new(_client, PathOf(table), SystemTableLayouts.All.Single(system => system.Name == table));

    private string PathOf(string table) => $"projects/{_home.ProjectId}/datasets/{_home.DatasetId}/tables/{table}";
}
