using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Governance.Masking.Vault;

/// <summary>
/// The vault in a SQLite file of mode 0600. After rows are destroyed, the file is rebuilt and its write-ahead log emptied, so that no
/// byte of them is left; that takes time in proportion to the whole file, so rows are best destroyed in batches. Several processes
/// of one machine can share the file. Safe for concurrent callers.
/// </summary>
public sealed partial class SqliteVault : IVault, IWrappedKeys, IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly TimeProvider _time;

    private SqliteVault(string connectionString, TimeProvider time)
    {
        _connectionString = connectionString;
        _time = time;
    }

    /// <summary>Opens the file; makes it where there is none (its folder too, mode 0700).</summary>
    /// <param name="path">The file, such as <c>vault/vault.db</c>.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    public static Task<SqliteVault> OpenAsync(string path, CancellationToken cancellationToken = default) =>
        OpenAsync(path, TimeProvider.System, cancellationToken);

    /// <summary>Opens the file; makes it where there is none (its folder too, mode 0700).</summary>
    /// <param name="path">The file, such as <c>vault/vault.db</c>.</param>
    /// <param name="time">Says how long destructions stay in the log.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    public static async Task<SqliteVault> OpenAsync(
        string path,
        TimeProvider time,
        CancellationToken cancellationToken = default
    )
    {
        var file = Path.GetFullPath(path);
        Keys.SecretFile.CreateFolder(Path.GetDirectoryName(file)!);

        // SQLite gives its log and shared memory the mode of the database file.
        _ = Keys.SecretFile.TryCreate(file, []);
        var vault = new SqliteVault(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = true,
                DefaultTimeout = 30,
            }.ToString(),
            time
        );
        await using var connection = await vault.ConnectAsync(cancellationToken);
        await ExecuteAsync(
            connection,
            $"""
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS identifier (
                domain TEXT NOT NULL,
                blind_index BLOB NOT NULL,
                surrogate BLOB NOT NULL,
                wrapped_key BLOB NOT NULL,
                sealed_identifier BLOB NOT NULL,
                PRIMARY KEY (domain, blind_index)
            ) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX IF NOT EXISTS identifier_surrogate ON identifier (surrogate);
            {SqliteDestructionLog.Schema}
            """,
            cancellationToken
        );
        await SqliteDestructionLog.PruneAsync(connection, time.GetUtcNow(), cancellationToken);
        await ScrubAsync(connection, cancellationToken);
        return vault;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<VaultRow>> GetOrAddAsync(
        IReadOnlyList<VaultRow> candidates,
        CancellationToken cancellationToken
    )
    {
        if (candidates.Count == 0)
        {
            return [];
        }

        await using var connection = await ConnectAsync(cancellationToken);

        // Immediate: a transaction that reads first could not be turned into a writing one beside another writer.
        await using var transaction = connection.BeginTransaction(deferred: false);
        await using var insert = connection.CreateCommand();

        // In the order of the primary key: neighbours go into one page together.
        insert.CommandText = """
            INSERT INTO identifier (domain, blind_index, surrogate, wrapped_key, sealed_identifier)
            SELECT value ->> 0, unhex(value ->> 1), unhex(value ->> 2), unhex(value ->> 3), unhex(value ->> 4)
            FROM json_each($rows) WHERE true ORDER BY 1, 2
            ON CONFLICT (domain, blind_index) DO NOTHING
            """;
        _ = insert.Parameters.AddWithValue("$rows", Json(candidates));
        var added = await insert.ExecuteNonQueryAsync(cancellationToken);
        var stored =
            added == candidates.Count ? candidates : await StoredAsync(connection, candidates, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return stored;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<VaultRow>> FindAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        CancellationToken cancellationToken
    )
    {
        if (keys.Count == 0)
        {
            return [];
        }

        await using var connection = await ConnectAsync(cancellationToken);
        return await QueryAsync(connection, FindByKeys, Json(keys), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<VaultRow>> FindBySurrogateAsync(
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    )
    {
        if (surrogates.Count == 0)
        {
            return [];
        }

        await using var connection = await ConnectAsync(cancellationToken);
        return await QueryAsync(
            connection,
            $"""
            SELECT {Columns} FROM json_each($keys) AS wanted
            JOIN identifier ON surrogate = unhex(wanted.value)
            """,
            JsonSerializer.Serialize(surrogates.Distinct().Select(surrogate => surrogate.ToString("N"))),
            cancellationToken
        );
    }

    /// <inheritdoc />
    public async ValueTask<int> DestroyAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        CancellationToken cancellationToken
    )
    {
        // Also where no key is given: an earlier call may have deleted rows and failed to scrub, and whoever tries again no longer
        // finds the keys of these.
        await using var connection = await ConnectAsync(cancellationToken);
        int destroyed;
        await using (var transaction = connection.BeginTransaction(deferred: false))
        {
            var wanted = Json(keys);
            await SqliteDestructionLog.AppendAsync(connection, wanted, _time.GetUtcNow(), cancellationToken);
            await using var delete = connection.CreateCommand();
            delete.CommandText = """
                DELETE FROM identifier WHERE (domain, blind_index) IN
                    (SELECT value ->> 0, unhex(value ->> 1) FROM json_each($keys))
                """;
            _ = delete.Parameters.AddWithValue("$keys", wanted);
            destroyed = await delete.ExecuteNonQueryAsync(cancellationToken);
            if (destroyed > 0)
            {
                var next = await PendingAsync(connection, cancellationToken) + 1;
                await ExecuteAsync(connection, SetPending(next), cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        await ScrubAsync(connection, cancellationToken);
        return destroyed;
    }

    /// <inheritdoc />
    public async ValueTask<VaultReplacement> ReplaceAsync(
        IdentifierKey key,
        VaultRow row,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using (var transaction = connection.BeginTransaction(deferred: false))
        {
            if ((await QueryAsync(connection, FindByKeys, Json([row.Key]), cancellationToken)).Count > 0)
            {
                return VaultReplacement.Taken;
            }

            var old = await QueryAsync(connection, FindByKeys, Json([key]), cancellationToken);
            if (old.Count == 0 || old[0].Surrogate != row.Surrogate)
            {
                return VaultReplacement.Missing;
            }

            await SqliteDestructionLog.AppendAsync(connection, Json([key]), _time.GetUtcNow(), cancellationToken);
            await using var update = connection.CreateCommand();
            update.CommandText = """
                UPDATE identifier SET blind_index = unhex($index), wrapped_key = $wrapped, sealed_identifier = $sealed
                WHERE domain = $domain AND blind_index = unhex($old)
                """;
            _ = update.Parameters.AddWithValue("$index", row.Key.Index.ToString());
            _ = update.Parameters.AddWithValue("$wrapped", row.WrappedKey);
            _ = update.Parameters.AddWithValue("$sealed", row.SealedIdentifier);
            _ = update.Parameters.AddWithValue("$domain", key.Domain);
            _ = update.Parameters.AddWithValue("$old", key.Index.ToString());
            _ = await update.ExecuteNonQueryAsync(cancellationToken);
            await ExecuteAsync(
                connection,
                SetPending(await PendingAsync(connection, cancellationToken) + 1),
                cancellationToken
            );
            await transaction.CommitAsync(cancellationToken);
        }

        await ScrubAsync(connection, cancellationToken);
        return VaultReplacement.Replaced;
    }

    /// <inheritdoc />
    public async ValueTask<Destructions> DestroyedSinceAsync(long? position, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return await SqliteDestructionLog.ReadAsync(connection, position, _time.GetUtcNow(), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM identifier";
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    private const string Columns = "domain, blind_index, surrogate, wrapped_key, sealed_identifier";

    private const string FindByKeys = $"""
        SELECT {Columns} FROM json_each($keys) AS wanted
        JOIN identifier ON domain = wanted.value ->> 0 AND blind_index = unhex(wanted.value ->> 1)
        """;

    private static string Json(IReadOnlyCollection<IdentifierKey> keys) =>
        JsonSerializer.Serialize(keys.Distinct().Select(key => new[] { key.Domain, key.Index.ToString() }));

    private static string Json(IReadOnlyList<VaultRow> rows) =>
        JsonSerializer.Serialize(
            rows.Select(row =>
                new[]
                {
                    row.Key.Domain,
                    row.Key.Index.ToString(),
                    row.Surrogate.ToString("N"),
                    Convert.ToHexString(row.WrappedKey),
                    Convert.ToHexString(row.SealedIdentifier),
                }
            )
        );

    // The rows that stand under the candidates' keys, in their order.
    private static async Task<IReadOnlyList<VaultRow>> StoredAsync(
        SqliteConnection connection,
        IReadOnlyList<VaultRow> candidates,
        CancellationToken cancellationToken
    )
    {
        var found = await QueryAsync(
            connection,
            FindByKeys,
            Json([.. candidates.Select(candidate => candidate.Key)]),
            cancellationToken
        );
        var byKey = found.ToDictionary(row => row.Key);
        return [.. candidates.Select(candidate => byKey[candidate.Key])];
    }

    private static async Task<IReadOnlyList<VaultRow>> QueryAsync(
        SqliteConnection connection,
        string sql,
        string keys,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        _ = command.Parameters.AddWithValue("$keys", keys);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<VaultRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }

    private static VaultRow Read(SqliteDataReader reader) =>
        new(
            new IdentifierKey(reader.GetString(0), BlindIndex.Read(reader.GetFieldValue<byte[]>(1))),
            new Guid(reader.GetFieldValue<byte[]>(2), bigEndian: true),
            reader.GetFieldValue<byte[]>(3),
            reader.GetFieldValue<byte[]>(4)
        );

    private static async Task ExecuteAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        _ = await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // SQLite zeroes what it deletes (secure_delete), but not the copies that it left behind when it split or merged pages: only a
    // rebuilt file is free of them. How many deletions wait for that is kept in the file, so that a stopped process does not
    // leave them for ever.
    private static async Task ScrubAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var pending = await PendingAsync(connection, cancellationToken);
        if (pending == 0)
        {
            return;
        }

        await ExecuteAsync(connection, "VACUUM", cancellationToken);
        await TruncateLogAsync(connection, cancellationToken);
        await using var transaction = connection.BeginTransaction(deferred: false);
        if (await PendingAsync(connection, cancellationToken) == pending)
        {
            await ExecuteAsync(connection, SetPending(0), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<long> PendingAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string SetPending(long count) =>
        string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {count}");

    // A reader in another connection holds the log back; it is gone soon.
    private static async Task TruncateLogAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken) && reader.GetInt64(0) == 0)
            {
                return;
            }

            if (attempt == 50)
            {
                throw new VaultException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The rows are deleted, but another reader keeps the vault's log from being emptied ({attempt} attempts). Destroy again; end other programs that have the vault open."
                    )
                );
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    private async Task<SqliteConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);

            // These live with the connection, not with the file.
            await ExecuteAsync(
                connection,
                "PRAGMA busy_timeout = 10000; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;",
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
