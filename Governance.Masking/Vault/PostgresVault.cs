using Governance.Masking.Keys;
using Npgsql;

namespace Governance.Masking.Vault;

/// <summary>
/// The vault in PostgreSQL 14 or later, in the schema <c>governance_vault</c>, for any number of processes. A batch is one round trip.
/// Safe for concurrent callers.
/// </summary>
/// <remarks>
/// What remains of a destroyed row. PostgreSQL deletes by marking; the VACUUM that follows each destruction frees the row's place in the
/// table and in its indexes, unless a transaction that is older is still open somewhere, and the bytes stay in the files until others are
/// written over them. They also stay in the write-ahead log until it is recycled, in archived log, in replicas until these have replayed
/// it, and in backups until these end. Who reads such bytes has a subject key that is wrapped by the tenant's keyset: without that it
/// opens nothing, with it it does. So keep the disks encrypted, keep backups and archived log no longer than the law's period for
/// erasures, and, where bytes must go at once, run <c>VACUUM FULL governance_vault.identifier</c> while nobody needs the vault.
/// </remarks>
public sealed partial class PostgresVault : IVault, IWrappedKeys, IAsyncDisposable
{
    private const int Attempts = 4;

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;

    private PostgresVault(NpgsqlDataSource source, TimeProvider time)
    {
        _source = source;
        _time = time;
    }

    /// <summary>Opens the vault; makes its tables where there are none.</summary>
    /// <param name="connectionString">As Npgsql reads it. Whatever it says, errors come without details, which quote values.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="NpgsqlException">The server is away, or refuses.</exception>
    public static Task<PostgresVault> OpenAsync(
        string connectionString,
        CancellationToken cancellationToken = default
    ) => OpenAsync(connectionString, TimeProvider.System, cancellationToken);

    /// <summary>Opens the vault; makes its tables where there are none.</summary>
    /// <param name="connectionString">As Npgsql reads it. Whatever it says, errors come without details, which quote values.</param>
    /// <param name="time">Says how long destructions stay in the log.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="NpgsqlException">The server is away, or refuses.</exception>
    public static async Task<PostgresVault> OpenAsync(
        string connectionString,
        TimeProvider time,
        CancellationToken cancellationToken = default
    )
    {
        var vault = new PostgresVault(NpgsqlDataSource.Create(Settings(connectionString)), time);
        try
        {
            _ = await vault.RunAsync(PostgresVaultSchema.EnsureAsync, cancellationToken);
            if (await vault.RunAsync(vault.PruneAsync, cancellationToken))
            {
                await vault.VacuumAsync(PostgresVaultSchema.Destroyed, cancellationToken);
            }

            await vault.VacuumAfterDestructionAsync(cancellationToken);
            return vault;
        }
        catch
        {
            await vault.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Makes sure that the vault's rows were made under these keys; an empty vault is theirs from then on. Two processes with different
    /// keys would give one person two surrogates, and neither would find what the other destroys.
    /// </summary>
    /// <param name="keys">The keys of this process.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <exception cref="VaultException">The vault belongs to other keys.</exception>
    public async ValueTask ConfirmKeysAsync(TenantKeys keys, CancellationToken cancellationToken)
    {
        // A blind index of a word that is no identifier: the keys that make it never change, and it tells nothing of them.
        var mark = keys.Index("governance.vault", "mark"u8).ToByteArray();
        var stored = await RunAsync(
            async (connection, token) =>
            {
                await using var batch = new NpgsqlBatch(connection);
                _ = batch.Add(
                    $"INSERT INTO {PostgresVaultSchema.Mark} (id, mark) VALUES (0, $1) ON CONFLICT (id) DO NOTHING",
                    new NpgsqlParameter<byte[]> { TypedValue = mark }
                );
                _ = batch.Add($"SELECT mark FROM {PostgresVaultSchema.Mark} WHERE id = 0");
                return (byte[])(await batch.ExecuteScalarAsync(token))!;
            },
            cancellationToken
        );
        if (!stored.AsSpan().SequenceEqual(mark))
        {
            throw new VaultException(
                "The vault belongs to other keys: it was filled by a process whose keyset is another one. Give this process the key folder of that one, or a database of its own."
            );
        }
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

        var keys = candidates.Select(candidate => candidate.Key).ToArray();
        while (true)
        {
            var (added, others) = await RunAsync(
                (connection, token) => InsertAsync(connection, candidates, keys, token),
                cancellationToken
            );
            if (added == candidates.Count)
            {
                return candidates;
            }

            var stored = others.ToDictionary(row => row.Key);
            if (added + stored.Count < candidates.Count)
            {
                // A row that stood in the way was destroyed before it could be read, or a candidate is stored already.
                stored = (await FindAsync(keys, cancellationToken)).ToDictionary(row => row.Key);
                if (stored.Count < candidates.Count)
                {
                    continue;
                }
            }

            return [.. candidates.Select(candidate => stored.GetValueOrDefault(candidate.Key, candidate))];
        }
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

        var distinct = keys.Distinct().ToArray();
        return await RunAsync(
            (connection, token) =>
                QueryAsync(
                    connection,
                    $"""
                    SELECT {Columns} FROM unnest($1, $2) AS wanted (domain, blind_index)
                    JOIN {PostgresVaultSchema.Identifiers} AS stored
                        ON stored.domain = wanted.domain AND stored.blind_index = wanted.blind_index
                    """,
                    token,
                    PostgresParameters.Domains(distinct),
                    PostgresParameters.Indexes(distinct)
                ),
            cancellationToken
        );
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

        return await RunAsync(
            (connection, token) =>
                QueryAsync(
                    connection,
                    $"""
                    SELECT {Columns} FROM unnest($1) AS wanted (surrogate)
                    JOIN {PostgresVaultSchema.Identifiers} AS stored ON stored.surrogate = wanted.surrogate
                    """,
                    token,
                    PostgresParameters.Surrogates(surrogates.Distinct())
                ),
            cancellationToken
        );
    }

    /// <inheritdoc />
    /// <remarks>
    /// Here the bytes are not gone from the server's files at once; see the remarks on the class. Where the connection breaks while it
    /// commits, it is tried again, and what was destroyed already is not counted.
    /// </remarks>
    public async ValueTask<int> DestroyAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        CancellationToken cancellationToken
    )
    {
        var distinct = keys.Distinct().ToArray();
        var (destroyed, isPruned) = await RunAsync(
            (connection, token) => PostgresDestructionLog.DestroyAsync(connection, distinct, _time.GetUtcNow(), token),
            cancellationToken
        );
        if (isPruned)
        {
            await VacuumAsync(PostgresVaultSchema.Destroyed, cancellationToken);
        }

        // Also where there was no row: an earlier call may have deleted rows and failed here.
        await VacuumAfterDestructionAsync(cancellationToken);
        return destroyed;
    }

    /// <inheritdoc />
    public async ValueTask<VaultReplacement> ReplaceAsync(
        IdentifierKey key,
        VaultRow row,
        CancellationToken cancellationToken
    )
    {
        // In the way of the insert that made a row since stands the primary key: asked again, it is told.
        if ((await FindAsync([row.Key], cancellationToken)).Count > 0)
        {
            return VaultReplacement.Taken;
        }

        bool isReplaced;
        try
        {
            isReplaced = await RunAsync(
                (connection, token) =>
                    PostgresDestructionLog.ReplaceAsync(connection, key, row, _time.GetUtcNow(), token),
                cancellationToken
            );
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return VaultReplacement.Taken;
        }

        if (!isReplaced)
        {
            return VaultReplacement.Missing;
        }

        await VacuumAfterDestructionAsync(cancellationToken);
        return VaultReplacement.Replaced;
    }

    /// <inheritdoc />
    public async ValueTask<Destructions> DestroyedSinceAsync(long? position, CancellationToken cancellationToken)
    {
        var (answer, isOld) = await RunAsync(
            (connection, token) => PostgresDestructionLog.ReadAsync(connection, position, _time.GetUtcNow(), token),
            cancellationToken
        );
        if (isOld && await RunAsync(PruneAsync, cancellationToken))
        {
            await VacuumAsync(PostgresVaultSchema.Destroyed, cancellationToken);
        }

        return answer;
    }

    /// <inheritdoc />
    public async ValueTask<long> CountAsync(CancellationToken cancellationToken) =>
        await RunAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(
                    $"SELECT count(*) FROM {PostgresVaultSchema.Identifiers}",
                    connection
                );
                return (long)(await command.ExecuteScalarAsync(token))!;
            },
            cancellationToken
        );

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private const string Columns =
        "stored.domain, stored.blind_index, stored.surrogate, stored.wrapped_key, stored.sealed_identifier";

    // In the order of the primary key, so that two batches wait for each other one way only.
    private const string Insert = $"""
        INSERT INTO {PostgresVaultSchema.Identifiers} (domain, blind_index, surrogate, wrapped_key, sealed_identifier)
        SELECT * FROM unnest($1, $2, $3, $4, $5) AS new (domain, blind_index, surrogate, wrapped_key, sealed_identifier)
        ORDER BY new.domain COLLATE "C", new.blind_index
        ON CONFLICT (domain, blind_index) DO NOTHING
        """;

    // A statement of its own, with a snapshot of its own: what stood in the way had not committed when the first one began.
    private const string ReadOthers = $"""
        SELECT {Columns} FROM unnest($1, $2, $3) AS wanted (domain, blind_index, surrogate)
        JOIN {PostgresVaultSchema.Identifiers} AS stored
            ON stored.domain = wanted.domain AND stored.blind_index = wanted.blind_index
        WHERE stored.surrogate <> wanted.surrogate
        """;

    private static string Settings(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            IncludeErrorDetail = false,
            IncludeFailedBatchedCommand = false,
            PersistSecurityInfo = false,
            Enlist = false,
        };
        settings.ApplicationName ??= "governance-vault";
        if (settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = 32;
            settings.AutoPrepareMinUsages = 2;
        }

        return settings.ConnectionString;
    }

    private static async Task<(int Added, IReadOnlyList<VaultRow> Others)> InsertAsync(
        NpgsqlConnection connection,
        IReadOnlyList<VaultRow> candidates,
        IdentifierKey[] keys,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        var insert = batch.Add(
            Insert,
            PostgresParameters.Domains(keys),
            PostgresParameters.Indexes(keys),
            PostgresParameters.Surrogates(candidates.Select(row => row.Surrogate)),
            PostgresParameters.Bytes(candidates.Select(row => row.WrappedKey)),
            PostgresParameters.Bytes(candidates.Select(row => row.SealedIdentifier))
        );
        _ = batch.Add(
            ReadOthers,
            PostgresParameters.Domains(keys),
            PostgresParameters.Indexes(keys),
            PostgresParameters.Surrogates(candidates.Select(row => row.Surrogate))
        );
        List<VaultRow> others;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            others = await ReadAsync(reader, cancellationToken);
        }

        return (checked((int)insert.RecordsAffected), others);
    }

    private static async Task<IReadOnlyList<VaultRow>> QueryAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    private static async Task<List<VaultRow>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<VaultRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(
                new VaultRow(
                    new IdentifierKey(reader.GetString(0), BlindIndex.Read(reader.GetFieldValue<byte[]>(1))),
                    reader.GetGuid(2),
                    reader.GetFieldValue<byte[]>(3),
                    reader.GetFieldValue<byte[]>(4)
                )
            );
        }

        return rows;
    }

    private Task<bool> PruneAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        PostgresDestructionLog.PruneAsync(connection, _time.GetUtcNow(), cancellationToken);

    // Up to where it has been done is kept with the rows, so that a stopped process does not leave some for ever.
    private async Task VacuumAfterDestructionAsync(CancellationToken cancellationToken)
    {
        var (last, vacuumed) = await RunAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(
                    $"SELECT last, vacuumed FROM {PostgresVaultSchema.Log}",
                    connection
                );
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token) ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
            },
            cancellationToken
        );
        if (last == vacuumed)
        {
            return;
        }

        await VacuumAsync(PostgresVaultSchema.Identifiers, cancellationToken);
        _ = await RunAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(
                    $"UPDATE {PostgresVaultSchema.Log} SET vacuumed = greatest(vacuumed, $1)",
                    connection
                );
                _ = command.Parameters.Add(PostgresParameters.Number(last));
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken
        );
    }

    // A role that does not own the table is passed over by the server, with a warning; its autovacuum comes in time.
    private async Task VacuumAsync(string table, CancellationToken cancellationToken) =>
        await RunAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand($"VACUUM (INDEX_CLEANUP ON) {table}", connection)
                {
                    // As long as it takes: it hinders nobody.
                    CommandTimeout = 0,
                };
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken
        );

    // Every one of these statements can be run again. Tried again at once: the pool may hold connections to a server that has started
    // anew since, and two transactions may have stood in each other's way.
    private async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken);
                return await work(connection, cancellationToken);
            }
            catch (NpgsqlException exception) when (exception.IsTransient && attempt < Attempts)
            {
                _source.Clear();
                await Task.Delay(TimeSpan.FromMilliseconds(25 << attempt), cancellationToken);
            }
        }
    }
}
