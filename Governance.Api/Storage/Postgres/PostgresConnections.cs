using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>Opens connections at whose other end somebody answers.</summary>
internal static class PostgresConnections
{
    private const int Attempts = 5;

    /// <summary>Opens one. What the pool holds may lead to a server that has started anew since: then it is emptied.</summary>
    public static async ValueTask<NpgsqlConnection> OpenAsync(
        NpgsqlDataSource source,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            NpgsqlConnection? connection = null;
            try
            {
                connection = await source.OpenConnectionAsync(cancellationToken);
                await ExecuteAsync(connection, "SELECT 1", cancellationToken);
                return connection;
            }
            catch (Exception exception)
            {
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                }

                if (!IsPassing(exception) || attempt == Attempts)
                {
                    throw;
                }

                source.Clear();
            }

            await PauseAsync(attempt, cancellationToken);
        }
    }

    /// <summary>Whether trying again may help. Entity Framework wraps what it takes for such a fault.</summary>
    public static bool IsPassing(Exception exception) =>
        exception is NpgsqlException { IsTransient: true }
        || (
            exception is InvalidOperationException or DbUpdateException
            && exception.InnerException is { } inner
            && IsPassing(inner)
        );

    /// <summary>Waits a little longer each time.</summary>
    public static Task PauseAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(20 << attempt), cancellationToken);

    /// <summary>Runs a statement.</summary>
    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
