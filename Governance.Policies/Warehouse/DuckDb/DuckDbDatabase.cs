using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Governance.Policies.Warehouse.DuckDb.Issuing;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// One DuckDB file, opened at first use and held open until it is disposed. DuckDB replays its write-ahead log when it opens, so
/// that after a crash every committed transaction stands and no other.
/// </summary>
internal sealed class DuckDbDatabase(DuckDbOptions options) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    // A monitor, since those who come while the file is written anew wait for it.
    private readonly object _opening = new();
    private readonly KnownTables _tables = new();
    private readonly NativeHeap _heap = new();
    private DuckDbSession? _anchor;
    private int _sessions;
    private bool _isRewriting;
    private bool _disposed;

    /// <summary>Its settings.</summary>
    public DuckDbOptions Options { get; } = options;

    /// <summary>A new connection; cheap, since the file stays open.</summary>
    /// <exception cref="WarehouseException">The file cannot be opened.</exception>
    public DuckDbSession Connect()
    {
        lock (_opening)
        {
            while (_isRewriting)
            {
                Monitor.Wait(_opening);
            }

            ObjectDisposedException.ThrowIf(_disposed, this);
            _anchor ??= Open();
            var session = new DuckDbSession(Attach(), _tables, Leave);
            _sessions++;
            return session;
        }
    }

    /// <summary>
    /// Writes the file anew, so that nothing of deleted rows is left in it: DuckDB reuses their blocks, and does not clear them. Queries
    /// that run are waited for, new ones wait. A process that is killed in the midst of it leaves the old file, whole.
    /// </summary>
    /// <param name="now">What the new file says of when it was written.</param>
    /// <returns><see langword="false"/> where queries did not end in time; nothing was changed.</returns>
    public bool Rewrite(DateTimeOffset now)
    {
        lock (_opening)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var limit = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
            _isRewriting = true;
            try
            {
                while (_sessions > 0)
                {
                    var left = limit - Environment.TickCount64;
                    if (left <= 0 || !Monitor.Wait(_opening, TimeSpan.FromMilliseconds(left)))
                    {
                        return false;
                    }
                }

                // The last connection's end moves the log into the file.
                _anchor?.Dispose();
                _anchor = null;
                DuckDbRewrite.Run(Options, now);
                return true;
            }
            finally
            {
                _isRewriting = false;
                Monitor.PulseAll(_opening);
            }
        }
    }

    private void Leave()
    {
        lock (_opening)
        {
            _sessions--;
            Monitor.PulseAll(_opening);
        }

        _heap.GiveBack();
    }

    /// <summary>Runs blocking work away from the caller. DuckDB's client has no asynchronous calls; a statement may take seconds.</summary>
    public Task<T> RunAsync<T>(Func<DuckDbSession, T> work, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                try
                {
                    using var session = Connect();
                    return work(session);
                }
                catch (DuckDBException error)
                {
                    throw DuckDbErrors.Translate(error);
                }
            },
            cancellationToken
        );

    public void Dispose()
    {
        lock (_opening)
        {
            _disposed = true;
            // The last connection's end moves the log into the file.
            _anchor?.Dispose();
            _anchor = null;
        }
    }

    private DuckDBConnection Attach()
    {
        // Tuning is part of the connection string, so that no statement can run before it holds.
        var connection = new DuckDBConnection(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Data Source={Options.FilePath};threads={Options.Threads};memory_limit={Options.MemoryLimitMebibytes}MiB"
            )
        );
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private DuckDbSession Open()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(Options.FilePath)) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        DuckDbRewrite.ClearLeft(Options);
        DuckDbSession session;
        try
        {
            session = new(Attach());
        }
        catch (DuckDBException error) when (IsHeldElsewhere(error))
        {
            throw new WarehouseException(
                new Refusal(
                    RefusalKind.Away,
                    "warehouse_held",
                    $"The warehouse file {Options.FilePath} is held by another process. Stop that process, or set another file "
                        + $"in {DuckDbOptions.SectionName}:{nameof(DuckDbOptions.FilePath)}."
                )
            );
        }

        try
        {
            session.Execute(SystemTableStatements.Create);
            session.Execute(IssuedViews.Schema);
            var threshold = DuckDbDialect.Instance.Literal(
                string.Create(CultureInfo.InvariantCulture, $"{Options.CheckpointAfterMebibytes}MiB")
            );
            session.Execute(
                SqlText.Of(
                    // Instants are compared and printed in UTC; files, extensions and settings are shut for every later statement.
                    $"""
                    SET GLOBAL TimeZone = 'UTC';
                    SET GLOBAL checkpoint_threshold = {threshold};
                    SET GLOBAL autoinstall_known_extensions = false;
                    SET GLOBAL autoload_known_extensions = false;
                    SET GLOBAL enable_external_access = false;
                    SET GLOBAL lock_configuration = true;
                    """
                )
            );
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static bool IsHeldElsewhere(DuckDBException error) =>
        error.Message.Contains("Could not set lock on file", StringComparison.Ordinal);
}
