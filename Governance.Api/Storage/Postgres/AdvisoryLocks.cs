using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>Names of advisory locks. They are numbers in PostgreSQL, and belong to the database as a whole.</summary>
internal static class AdvisoryLocks
{
    /// <summary>Held by whoever makes or migrates the state's tables.</summary>
    public static readonly long Migration = Of("state-migration");

    /// <summary>Held by each write of the state until it has committed.</summary>
    public static readonly long Write = Of("state-write");

    /// <summary>The warehouse's write gate.</summary>
    public static readonly long Gate = Of("warehouse-gate");

    /// <summary>A name's number.</summary>
    public static long Of(string name) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"governance:{name}")));

    /// <summary>A command about a lock, such as <c>SELECT pg_advisory_lock($1)</c>.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long name) =>
        new(sql, connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = name } },
            // Whoever waits may wait for as long as another works.
            CommandTimeout = 0,
        };

    /// <summary>
    /// Opens a connection to hold a lock with. The server notices within half a minute that this machine is gone, and releases it.
    /// </summary>
    public static async Task<NpgsqlConnection> OpenAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        var connection = await PostgresConnections.OpenAsync(server.Locks, cancellationToken);
        try
        {
            await PostgresConnections.ExecuteAsync(
                connection,
                "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET idle_session_timeout = 0",
                cancellationToken
            );
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
