using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage;

/// <summary>
/// Queues writers in the process, because SQLite's driver blocks a thread while another connection holds the write lock, and in
/// PostgreSQL each that waits would take a connection. Between processes the database's own lock decides.
/// </summary>
internal sealed class StateStore(IDbContextFactory<StateDbContext> contexts, IStateEngine engine)
    : IStateStore,
        IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly AsyncLocal<bool> _writing = new();

    public async Task<T> ReadAsync<T>(Func<StateDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        await engine.OpenAsync(db, cancellationToken);
        return await read(db);
    }

    public async Task<T> WriteAsync<T>(Func<StateDbContext, Task<T>> write, CancellationToken cancellationToken)
    {
        if (_writing.Value)
        {
            throw new InvalidOperationException(
                "A write inside a write would wait for itself: use the context of the outer one."
            );
        }

        await _writer.WaitAsync(cancellationToken);
        try
        {
            _writing.Value = true;
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await engine.OpenAsync(db, cancellationToken);
            await using var transaction = await engine.BeginWriteAsync(db, cancellationToken);
            var answer = await write(db);
            await db.SaveChangesAsync(cancellationToken);
            // Past this point a cancelled caller could no longer tell whether it was written.
            await transaction.CommitAsync(CancellationToken.None);
            foreach (var action in db.CommitActions)
            {
                action();
            }

            return answer;
        }
        finally
        {
            _writer.Release();
        }
    }

    public void Dispose()
    {
        _writer.Dispose();

        // The container that makes contexts is being disposed of, too.
        engine.Release();
    }
}
