using System.Buffers.Binary;
using Npgsql;

namespace Governance.Masking.Vault;

/// <summary>
/// The log of destructions in PostgreSQL. Transactions commit there in any order, so those that destroy take turns: each holds the row
/// of the log's end until it has committed.
/// </summary>
internal static class PostgresDestructionLog
{
    // As in SqliteDestructionLog.
    private static readonly TimeSpan s_life = TimeSpan.FromHours(1);
    private const int MostTold = 50_000;

    private const string TakeTurn = $"SELECT last FROM {PostgresVaultSchema.Log} WHERE id = 0 FOR UPDATE";

    // A statement of its own: what it reads is what the turn before has committed.
    private const string Delete = $"""
        WITH gone AS (
            DELETE FROM {PostgresVaultSchema.Identifiers} AS stored
            USING unnest($1, $2) AS wanted (domain, blind_index)
            WHERE stored.domain = wanted.domain AND stored.blind_index = wanted.blind_index
            RETURNING stored.blind_index
        ), noted AS (
            INSERT INTO {PostgresVaultSchema.Destroyed} (position, index_prefix, destroyed_at)
            SELECT log.last + row_number() OVER (), substr(gone.blind_index, 1, 8), $3
            FROM gone, {PostgresVaultSchema.Log} AS log
            RETURNING position
        )
        UPDATE {PostgresVaultSchema.Log} SET last = last + (SELECT count(*) FROM noted)
        RETURNING (SELECT count(*) FROM noted)
        """;

    private const string Replace = $"""
        WITH gone AS (
            UPDATE {PostgresVaultSchema.Identifiers}
            SET blind_index = $3, wrapped_key = $4, sealed_identifier = $5
            WHERE domain = $1 AND blind_index = $2 AND surrogate = $6
            RETURNING surrogate
        ), noted AS (
            INSERT INTO {PostgresVaultSchema.Destroyed} (position, index_prefix, destroyed_at)
            SELECT log.last + 1, substr($2, 1, 8), $7 FROM gone, {PostgresVaultSchema.Log} AS log
            RETURNING position
        )
        UPDATE {PostgresVaultSchema.Log} SET last = last + (SELECT count(*) FROM noted)
        RETURNING (SELECT count(*) FROM noted)
        """;

    private const string MovePruned = $"""
        UPDATE {PostgresVaultSchema.Log}
        SET pruned = greatest(pruned, (SELECT max(position) FROM {PostgresVaultSchema.Destroyed} WHERE destroyed_at < $1))
        WHERE EXISTS (SELECT 1 FROM {PostgresVaultSchema.Destroyed} WHERE destroyed_at < $1)
        """;

    private const string Prune = $"""
        DELETE FROM {PostgresVaultSchema.Destroyed} WHERE position <= (SELECT pruned FROM {PostgresVaultSchema.Log})
        """;

    // One statement, one snapshot: what is pruned between two looks would be missed.
    private static readonly string s_read = $"""
        SELECT log.last, log.pruned,
            (SELECT destroyed_at FROM {PostgresVaultSchema.Destroyed} ORDER BY position LIMIT 1),
            ARRAY(SELECT index_prefix FROM {PostgresVaultSchema.Destroyed} WHERE position > $1 LIMIT {MostTold + 1})
        FROM {PostgresVaultSchema.Log} AS log
        """;

    /// <summary>Puts a row in another's place and notes it, in one transaction and one round trip.</summary>
    /// <returns>Whether there was such a row.</returns>
    public static async Task<bool> ReplaceAsync(
        NpgsqlConnection connection,
        IdentifierKey key,
        VaultRow row,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        _ = batch.Add(TakeTurn);
        _ = batch.Add(
            Replace,
            PostgresParameters.Text(key.Domain),
            PostgresParameters.Bytes(key.Index.ToByteArray()),
            PostgresParameters.Bytes(row.Key.Index.ToByteArray()),
            PostgresParameters.Bytes(row.WrappedKey),
            PostgresParameters.Bytes(row.SealedIdentifier),
            PostgresParameters.Surrogate(row.Surrogate),
            PostgresParameters.Number(now.ToUnixTimeSeconds())
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        _ = await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && reader.GetInt64(0) == 1;
    }

    /// <summary>Deletes rows and notes it, in one transaction and one round trip.</summary>
    /// <returns>How many rows there were, and whether old notes were forgotten.</returns>
    public static async Task<(int Destroyed, bool IsPruned)> DestroyAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<IdentifierKey> keys,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        _ = batch.Add(TakeTurn);
        _ = batch.Add(
            Delete,
            PostgresParameters.Domains(keys),
            PostgresParameters.Indexes(keys),
            PostgresParameters.Number(now.ToUnixTimeSeconds())
        );
        var prune = AddPruning(batch, now);
        var destroyed = 0L;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            _ = await reader.NextResultAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken))
            {
                destroyed = reader.GetInt64(0);
            }

            while (await reader.NextResultAsync(cancellationToken)) { }
        }

        return (checked((int)destroyed), prune.RecordsAffected > 0);
    }

    /// <summary>Reads what came after a position.</summary>
    /// <returns>The answer, and whether there is something so old that it must be forgotten.</returns>
    public static async Task<(Destructions Answer, bool IsOld)> ReadAsync(
        NpgsqlConnection connection,
        long? position,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(s_read, connection);

        // Whoever begins has kept nothing yet.
        _ = command.Parameters.Add(PostgresParameters.Number(position ?? long.MaxValue));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw new VaultException("The vault's log of destructions is missing. Restore the vault from its backup.");
        }

        var (last, pruned) = (reader.GetInt64(0), reader.GetInt64(1));
        var isOld = !await reader.IsDBNullAsync(2, cancellationToken) && reader.GetInt64(2) < Limit(now);
        var isComplete = position is not { } since || (since >= pruned && since <= last && last - since <= MostTold);
        var told = isComplete ? reader.GetFieldValue<byte[][]>(3) : [];
        return (new Destructions(last, isComplete, Array.ConvertAll(told, Prefix)), isOld);
    }

    /// <summary>Forgets what is old.</summary>
    /// <returns>Whether there was something.</returns>
    public static async Task<bool> PruneAsync(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        _ = batch.Add(TakeTurn);
        var prune = AddPruning(batch, now);
        _ = await batch.ExecuteNonQueryAsync(cancellationToken);
        return prune.RecordsAffected > 0;
    }

    private static NpgsqlBatchCommand AddPruning(NpgsqlBatch batch, DateTimeOffset now)
    {
        _ = batch.Add(MovePruned, PostgresParameters.Number(Limit(now)));
        return batch.Add(Prune);
    }

    private static ulong Prefix(byte[] bytes) => BinaryPrimitives.ReadUInt64BigEndian(bytes);

    private static long Limit(DateTimeOffset now) => (now - s_life).ToUnixTimeSeconds();
}
