using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Governance.Masking.Vault;

/// <summary>The log of destructions in the vault's SQLite file. SQLite's writers take turns, so positions become visible in their order.</summary>
internal static class SqliteDestructionLog
{
    /// <summary>Makes its tables where there are none.</summary>
    public const string Schema = """
        CREATE TABLE IF NOT EXISTS destroyed (
            position INTEGER PRIMARY KEY,
            index_prefix BLOB NOT NULL,
            destroyed_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE IF NOT EXISTS destruction_log (
            id INTEGER PRIMARY KEY CHECK (id = 0),
            last INTEGER NOT NULL,
            pruned INTEGER NOT NULL
        ) STRICT;
        INSERT OR IGNORE INTO destruction_log (id, last, pruned) VALUES (0, 0, 0);
        """;

    // Whoever keeps rows asks every second, and forgets all where it comes too late; an hour outlasts whatever stops it for a while.
    private static readonly TimeSpan s_life = TimeSpan.FromHours(1);

    // Reading all the rows again costs less than finding so many in memory.
    private const int MostTold = 50_000;

    /// <summary>Notes rows that are about to be deleted, in the transaction that deletes them.</summary>
    /// <param name="connection">In that transaction.</param>
    /// <param name="keys">The rows' keys: a JSON array of pairs of domain and index in hex.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task AppendAsync(
        SqliteConnection connection,
        string keys,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO destroyed (position, index_prefix, destroyed_at)
            SELECT last + row_number() OVER (), substr(blind_index, 1, 8), $now
            FROM identifier, destruction_log
            WHERE (domain, blind_index) IN (SELECT value ->> 0, unhex(value ->> 1) FROM json_each($keys));
            UPDATE destruction_log SET last = max(last, coalesce((SELECT max(position) FROM destroyed), 0));
            """;
        _ = command.Parameters.AddWithValue("$keys", keys);
        _ = command.Parameters.AddWithValue("$now", now.ToUnixTimeSeconds());
        _ = await command.ExecuteNonQueryAsync(cancellationToken);
        await PruneAsync(connection, now, cancellationToken);
    }

    /// <summary>Reads what came after a position.</summary>
    public static async Task<Destructions> ReadAsync(
        SqliteConnection connection,
        long? position,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // One snapshot: what is pruned between two looks would be missed.
        await using var transaction = connection.BeginTransaction(deferred: true);
        var (last, pruned, oldest) = await StateAsync(connection, cancellationToken);
        var answer =
            position is not { } since || since == last ? new Destructions(last, IsComplete: true, [])
            : since < pruned || since > last || last - since > MostTold ? new Destructions(last, IsComplete: false, [])
            : new Destructions(last, IsComplete: true, await ReadAsync(connection, since, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        if (oldest < Limit(now))
        {
            await PruneAsync(connection, now, cancellationToken);
        }

        return answer;
    }

    /// <summary>Forgets what is old.</summary>
    public static async Task PruneAsync(
        SqliteConnection connection,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            UPDATE destruction_log SET pruned = max(pruned, position) FROM
                (SELECT max(position) AS position FROM destroyed WHERE destroyed_at < $limit) WHERE position IS NOT NULL;
            DELETE FROM destroyed WHERE position <= (SELECT pruned FROM destruction_log);
            """;
        _ = command.Parameters.AddWithValue("$limit", Limit(now));
        _ = await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static long Limit(DateTimeOffset now) => (now - s_life).ToUnixTimeSeconds();

    private static async Task<(long Last, long Pruned, long Oldest)> StateAsync(
        SqliteConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT last, pruned, (SELECT destroyed_at FROM destroyed ORDER BY position LIMIT 1) FROM destruction_log
            """;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? long.MaxValue : reader.GetInt64(2))
            : throw new VaultException(
                "The vault's log of destructions is missing. Restore the vault from its backup."
            );
    }

    private static async Task<IReadOnlyList<ulong>> ReadAsync(
        SqliteConnection connection,
        long since,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT index_prefix FROM destroyed WHERE position > $since";
        _ = command.Parameters.AddWithValue("$since", since);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var destroyed = new List<ulong>();
        while (await reader.ReadAsync(cancellationToken))
        {
            destroyed.Add(BinaryPrimitives.ReadUInt64BigEndian(reader.GetFieldValue<byte[]>(0)));
        }

        return destroyed;
    }
}
