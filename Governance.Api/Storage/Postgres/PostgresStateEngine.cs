using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Governance.Api.Storage.Postgres;

/// <summary>
/// PostgreSQL: each write first takes one advisory lock, which falls when the transaction has committed. Read committed, because each
/// statement then sees what the writer before has committed; a snapshot would be older than the lock.
/// </summary>
internal sealed class PostgresStateEngine(PostgresServer server) : IStateEngine
{
    private const int Attempts = 5;

    public async Task OpenAsync(StateDbContext db, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await db.Database.OpenConnectionAsync(cancellationToken);
                await db.Database.ExecuteSqlRawAsync("SELECT 1", cancellationToken);
                return;
            }
            catch (Exception exception) when (PostgresConnections.IsPassing(exception) && attempt < Attempts)
            {
                await db.Database.CloseConnectionAsync();
                server.Source.Clear();
            }

            await PostgresConnections.PauseAsync(attempt, cancellationToken);
        }
    }

    public async Task<IDbContextTransaction> BeginWriteAsync(StateDbContext db, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        try
        {
            db.Database.SetCommandTimeout(TimeSpan.Zero);
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock({AdvisoryLocks.Write})",
                cancellationToken
            );
            db.Database.SetCommandTimeout(null);

            // A process that stands still in the midst of its write must not keep all others from theirs.
            await db.Database.ExecuteSqlRawAsync(
                "SET LOCAL idle_in_transaction_session_timeout = '60s'",
                cancellationToken
            );
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    public void Release()
    {
        // The connections are the server's, which is disposed of by itself.
    }
}
