using Governance.Policies.Warehouse;
using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>
/// The write gate of all processes: an advisory lock that landings share and an erasure has for itself. Whoever waits to have it for
/// himself is not overtaken.
/// </summary>
/// <remarks>
/// Whoever holds it asks the lock's own connection before each write whether it is still there. What remains is a lock that is lost while
/// one statement runs: that row lands after the erasure's look, and is found by its verification, which counts again.
/// </remarks>
internal sealed class PostgresWriteLock(PostgresServer server) : IWriteLock
{
    public async ValueTask<IWriteLockHold> AcquireAsync(bool isShared, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken);
        try
        {
            var sql = isShared ? "SELECT pg_advisory_lock_shared($1)" : "SELECT pg_advisory_lock($1)";
            await using var take = AdvisoryLocks.Command(connection, sql, AdvisoryLocks.Gate);
            await take.ExecuteNonQueryAsync(cancellationToken);
            return new Hold(connection, isShared, server.Where);
        }
        catch (NpgsqlException)
        {
            await ReleaseAllAsync(connection);
            throw Away(server.Where);
        }
        catch
        {
            await ReleaseAllAsync(connection);
            throw;
        }
    }

    // The lock may have been given in the moment in which the wait was cancelled.
    private static Task ReleaseAllAsync(NpgsqlConnection connection) =>
        AdvisoryRelease.RunAsync(connection, "SELECT pg_advisory_unlock_all() WHERE $1 <> 0", AdvisoryLocks.Gate);

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AdvisoryLocks.OpenAsync(server, cancellationToken);
        }
        catch (NpgsqlException)
        {
            throw Away(server.Where);
        }
    }

    private static WarehouseException Away(string where) =>
        new(
            new Refusal(
                RefusalKind.Away,
                "write_gate_away",
                $"The write gate cannot be entered: PostgreSQL at {where} does not answer. It is tried again."
            )
        );

    private sealed class Hold(NpgsqlConnection connection, bool isShared, string where) : IWriteLockHold
    {
        public async ValueTask ConfirmAsync(CancellationToken cancellationToken)
        {
            try
            {
                await PostgresConnections.ExecuteAsync(connection, "SELECT 1", cancellationToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
            {
                throw new WarehouseException(
                    new Refusal(
                        RefusalKind.Away,
                        "write_gate_lost",
                        $"The write gate was lost with the connection to PostgreSQL at {where}. What was begun inside begins again."
                    )
                );
            }
        }

        public async ValueTask DisposeAsync() =>
            await AdvisoryRelease.RunAsync(
                connection,
                isShared ? "SELECT pg_advisory_unlock_shared($1)" : "SELECT pg_advisory_unlock($1)",
                AdvisoryLocks.Gate
            );
    }
}
