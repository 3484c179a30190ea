using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>Ends the hold of a lock.</summary>
internal static class AdvisoryRelease
{
    /// <summary>Releases a lock and gives its connection back; where it is gone, the server has released the lock by itself.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, string sql, long name)
    {
        try
        {
            await using var release = AdvisoryLocks.Command(connection, sql, name);
            release.CommandTimeout = 5;
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // A connection that does not even answer this must not come back from the pool with its lock.
            NpgsqlConnection.ClearPool(connection);
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }
}
