using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Governance.Policies.Warehouse.Querying;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>
/// Interrupts a query that takes too long or too much. It asks again and again until the query has ended: an interrupt that comes before
/// DuckDB has begun is forgotten by it.
/// </summary>
internal sealed class QueryWatch(
    DuckDbDatabase database,
    TimeProvider time,
    QueryLimits limits,
    CancellationTokenSource stop
) : IDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(20);

    private readonly Lock _command = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly long _start = time.GetTimestamp();
    private readonly long _resident = Environment.WorkingSet;
    private DuckDBCommand? _running;
    private Task _watching = Task.CompletedTask;
    private volatile QueryRefusal? _reason;
    private DateTimeOffset? _until;

    /// <summary>Why the query was interrupted; <see langword="null"/> where it was not, or because its reader left.</summary>
    public QueryRefusal? Reason => _reason;

    /// <summary>Watches a command from here on.</summary>
    public void Begin(DuckDBCommand command, DateTimeOffset? until)
    {
        _until = until;
        _running = command;
        _watching = Task.Run(WatchAsync, CancellationToken.None);
    }

    /// <summary>The command is over; it may be disposed of when this returns.</summary>
    public void End()
    {
        lock (_command)
        {
            _running = null;
        }

        _ended.Cancel();
    }

    public void Dispose()
    {
        End();
        _watching.Wait(CancellationToken.None);
        _ended.Dispose();
    }

    private async Task WatchAsync()
    {
        using var session = database.Connect();
        for (var tick = 0; !_ended.IsCancellationRequested; tick++)
        {
            if (_reason is null && !stop.IsCancellationRequested && Find(session, tick) is { } reason)
            {
                _reason = reason;
                // It may wait for its reader.
                await stop.CancelAsync();
            }

            if (stop.IsCancellationRequested)
            {
                lock (_command)
                {
                    if (_running is { } command)
                    {
                        NativeMethods.Startup.DuckDBInterrupt(((DuckDBConnection)command.Connection!).NativeConnection);
                    }
                }
            }

            try
            {
                await Task.Delay(s_pace, time, _ended.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private QueryRefusal? Find(DuckDbSession session, int tick)
    {
        if (time.GetElapsedTime(_start) > limits.Time)
        {
            return QueryErrors.Time;
        }

        if (_until is { } until && time.GetUtcNow() >= until)
        {
            return QueryErrors.Ended;
        }

        // What DuckDB does not count itself, such as texts of the vector that it works on.
        if (Environment.WorkingSet - _resident > 2 * limits.WorkingBytes)
        {
            return QueryErrors.Memory;
        }

        return tick % 4 == 3 && Working(session) > limits.WorkingBytes ? QueryErrors.Memory : null;
    }

    // Pages of tables are let go where they are in the way; the rest is what statements work with.
    private static long Working(DuckDbSession session)
    {
        try
        {
            return session.Single(
                SqlText.Of(
                    $"""
                    SELECT CAST(coalesce(sum(CASE WHEN tag IN ('HASH_TABLE', 'ORDER_BY', 'COLUMN_DATA', 'WINDOW', 'ALLOCATOR')
                        THEN memory_usage_bytes ELSE 0 END + temporary_storage_bytes), 0) AS BIGINT) FROM duckdb_memory()
                    """
                ),
                row => row.GetInt64(0)
            );
        }
        catch (DuckDBException)
        {
            // Not even this fits: the query has to go.
            return long.MaxValue;
        }
    }
}
