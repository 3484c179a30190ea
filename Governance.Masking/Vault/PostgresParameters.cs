using Npgsql;
using NpgsqlTypes;

namespace Governance.Masking.Vault;

/// <summary>Whole batches as arrays: a statement is the same text for any number of rows, so it is prepared once.</summary>
internal static class PostgresParameters
{
    public static NpgsqlParameter Domains(IEnumerable<IdentifierKey> keys) =>
        new NpgsqlParameter<string[]>
        {
            TypedValue = [.. keys.Select(key => key.Domain)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        };

    public static NpgsqlParameter Indexes(IEnumerable<IdentifierKey> keys) =>
        Bytes(keys.Select(key => key.Index.ToByteArray()));

    public static NpgsqlParameter Bytes(IEnumerable<byte[]> values) =>
        new NpgsqlParameter<byte[][]>
        {
            TypedValue = [.. values],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
        };

    public static NpgsqlParameter Surrogates(IEnumerable<Guid> values) =>
        new NpgsqlParameter<Guid[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    public static NpgsqlParameter Text(string value) => new NpgsqlParameter<string> { TypedValue = value };

    public static NpgsqlParameter Bytes(byte[] value) => new NpgsqlParameter<byte[]> { TypedValue = value };

    public static NpgsqlParameter Surrogate(Guid value) => new NpgsqlParameter<Guid> { TypedValue = value };

    public static NpgsqlParameter Number(long value) => new NpgsqlParameter<long> { TypedValue = value };

    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            _ = command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
        return command;
    }
}
