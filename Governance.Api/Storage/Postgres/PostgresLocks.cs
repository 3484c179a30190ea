using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>
/// Advisory locks of sessions, each held by a connection of its own. It is asked every second whether it is still there; where it is
/// not, the server has released the lock.
/// </summary>
internal sealed class PostgresLocks(PostgresServer server, TimeProvider time) : ISharedLocks
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task<ISharedLock?> TryTakeAsync(string name, CancellationToken cancellationToken)
    {
        var number = AdvisoryLocks.Of(name);
        var connection = await AdvisoryLocks.OpenAsync(server, cancellationToken);
        try
        {
            await using var take = AdvisoryLocks.Command(connection, "SELECT pg_try_advisory_lock($1)", number);
            if (await take.ExecuteScalarAsync(cancellationToken) is true)
            {
                return new Held(connection, number, time);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    private sealed class Held : ISharedLock
    {
        private readonly NpgsqlConnection _connection;
        private readonly long _number;
        private readonly CancellationTokenSource _ending = new();
        private readonly CancellationTokenSource _lost = new();
        private readonly Task _watching;

        public Held(NpgsqlConnection connection, long number, TimeProvider time)
        {
            _connection = connection;
            _number = number;
            _watching = WatchAsync(time);
        }

        public CancellationToken Lost => _lost.Token;

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _watching;
            await AdvisoryRelease.RunAsync(_connection, "SELECT pg_advisory_unlock($1)", _number);
            _ending.Dispose();
            _lost.Dispose();
        }

        private async Task WatchAsync(TimeProvider time)
        {
            try
            {
                while (true)
                {
                    await Task.Delay(Interval, time, _ending.Token);
                    await using var ask = new NpgsqlCommand("SELECT 1", _connection) { CommandTimeout = 5 };
                    // Not cancelled with the end: a cancelled statement could break the connection.
                    await ask.ExecuteNonQueryAsync(CancellationToken.None);
                }
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                // Released in order.
            }
            catch (Exception exception)
                when (exception is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                await _lost.CancelAsync();
            }
        }
    }
}
