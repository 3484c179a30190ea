using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Governance.Masking.Vault;

public sealed partial class SqliteVault
{
    /// <inheritdoc />
    public async ValueTask<IReadOnlyDictionary<uint, long>> CountByKeyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT substr(wrapped_key, 2, 4), count(*) FROM identifier GROUP BY 1";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<uint, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetFieldValue<byte[]>(0) is { Length: sizeof(uint) } id)
            {
                counts[BinaryPrimitives.ReadUInt32BigEndian(id)] = reader.GetInt64(1);
            }
        }

        return counts;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<VaultRow>> FindNotWrappedByAsync(
        uint keyId,
        IdentifierKey? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT {Columns} FROM identifier
            WHERE (domain, blind_index) > ($domain, $index) AND substr(wrapped_key, 2, 4) <> $key
            ORDER BY domain, blind_index LIMIT $limit
            """;
        var id = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(id, keyId);
        _ = command.Parameters.AddWithValue("$domain", after?.Domain ?? "");
        _ = command.Parameters.AddWithValue("$index", after?.Index.ToByteArray() ?? []);
        _ = command.Parameters.AddWithValue("$key", id);
        _ = command.Parameters.AddWithValue("$limit", limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<VaultRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }

    /// <inheritdoc />
    public async ValueTask<int> ReplaceAsync(
        IReadOnlyCollection<RewrappedKey> keys,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction(deferred: false);
        await using var update = connection.CreateCommand();
        update.Transaction = transaction;
        update.CommandText = """
            UPDATE identifier SET wrapped_key = $after
            WHERE domain = $domain AND blind_index = $index AND wrapped_key = $before
            """;
        var domain = update.Parameters.Add("$domain", SqliteType.Text);
        var index = update.Parameters.Add("$index", SqliteType.Blob);
        var before = update.Parameters.Add("$before", SqliteType.Blob);
        var after = update.Parameters.Add("$after", SqliteType.Blob);
        var replaced = 0;
        foreach (var key in keys)
        {
            domain.Value = key.Key.Domain;
            index.Value = key.Key.Index.ToByteArray();
            before.Value = key.Before;
            after.Value = key.After;
            replaced += await update.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return replaced;
    }
}
