using System.Buffers.Binary;
using Npgsql;

namespace Governance.Masking.Vault;

public sealed partial class PostgresVault
{
    // Rows are locked in the order of their keys, so that two that replace do not wait for each other both ways.
    private const string Replace = $"""
        WITH wanted AS (
            SELECT stored.domain, stored.blind_index, new.after
            FROM unnest($1, $2, $3, $4) AS new (domain, blind_index, before, after)
            JOIN {PostgresVaultSchema.Identifiers} AS stored
                ON stored.domain = new.domain AND stored.blind_index = new.blind_index AND stored.wrapped_key = new.before
            ORDER BY stored.domain, stored.blind_index
            FOR UPDATE OF stored
        )
        UPDATE {PostgresVaultSchema.Identifiers} AS stored SET wrapped_key = wanted.after
        FROM wanted WHERE stored.domain = wanted.domain AND stored.blind_index = wanted.blind_index
        """;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyDictionary<uint, long>> CountByKeyAsync(CancellationToken cancellationToken) =>
        await RunAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(
                    $"SELECT substr(wrapped_key, 2, 4), count(*) FROM {PostgresVaultSchema.Identifiers} GROUP BY 1",
                    connection
                );
                await using var reader = await command.ExecuteReaderAsync(token);
                var counts = new Dictionary<uint, long>();
                while (await reader.ReadAsync(token))
                {
                    if (reader.GetFieldValue<byte[]>(0) is { Length: sizeof(uint) } id)
                    {
                        counts[BinaryPrimitives.ReadUInt32BigEndian(id)] = reader.GetInt64(1);
                    }
                }

                return counts;
            },
            cancellationToken
        );

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<VaultRow>> FindNotWrappedByAsync(
        uint keyId,
        IdentifierKey? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var id = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(id, keyId);
        return await RunAsync(
            (connection, token) =>
                QueryAsync(
                    connection,
                    $"""
                    SELECT {Columns} FROM {PostgresVaultSchema.Identifiers} AS stored
                    WHERE (stored.domain, stored.blind_index) > ($1, $2) AND substr(stored.wrapped_key, 2, 4) <> $3
                    ORDER BY stored.domain, stored.blind_index LIMIT $4
                    """,
                    token,
                    new NpgsqlParameter<string> { TypedValue = after?.Domain ?? "" },
                    new NpgsqlParameter<byte[]> { TypedValue = after?.Index.ToByteArray() ?? [] },
                    new NpgsqlParameter<byte[]> { TypedValue = id },
                    PostgresParameters.Number(limit)
                ),
            cancellationToken
        );
    }

    /// <inheritdoc />
    public async ValueTask<int> ReplaceAsync(
        IReadOnlyCollection<RewrappedKey> keys,
        CancellationToken cancellationToken
    )
    {
        if (keys.Count == 0)
        {
            return 0;
        }

        return await RunAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(Replace, connection);
                _ = command.Parameters.Add(PostgresParameters.Domains(keys.Select(key => key.Key)));
                _ = command.Parameters.Add(PostgresParameters.Indexes(keys.Select(key => key.Key)));
                _ = command.Parameters.Add(PostgresParameters.Bytes(keys.Select(key => key.Before)));
                _ = command.Parameters.Add(PostgresParameters.Bytes(keys.Select(key => key.After)));
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken
        );
    }
}
