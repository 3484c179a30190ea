using Npgsql;

namespace Governance.Masking.Vault;

/// <summary>The vault's tables in PostgreSQL, in a schema of their own.</summary>
internal static class PostgresVaultSchema
{
    /// <summary>The schema.</summary>
    public const string Name = "governance_vault";

    /// <summary>The table of rows.</summary>
    public const string Identifiers = $"{Name}.identifier";

    /// <summary>The log of destructions.</summary>
    public const string Destroyed = $"{Name}.destroyed";

    /// <summary>One row: how far the log goes, and up to where a VACUUM has followed.</summary>
    public const string Log = $"{Name}.destruction_log";

    /// <summary>One row: which keys the vault belongs to.</summary>
    public const string Mark = $"{Name}.keyset_mark";

    // Several processes may start at once, and CREATE ... IF NOT EXISTS is no protection from each other.
    private const long CreationLock = 0x676f_7665_726e_0001;

    // "C": rows are in the order of their bytes, whatever the operating system's locale says today.
    private const string Ddl = $"""
        CREATE SCHEMA IF NOT EXISTS {Name};
        CREATE TABLE {Identifiers} (
            domain text COLLATE "C" NOT NULL,
            blind_index bytea NOT NULL,
            surrogate uuid NOT NULL,
            wrapped_key bytea NOT NULL,
            sealed_identifier bytea NOT NULL,
            PRIMARY KEY (domain, blind_index)
        );
        CREATE UNIQUE INDEX identifier_surrogate ON {Identifiers} (surrogate);
        CREATE TABLE {Destroyed} (
            position bigint PRIMARY KEY,
            index_prefix bytea NOT NULL,
            destroyed_at bigint NOT NULL
        );
        CREATE TABLE {Log} (
            id integer PRIMARY KEY CHECK (id = 0),
            last bigint NOT NULL,
            pruned bigint NOT NULL,
            vacuumed bigint NOT NULL
        );
        INSERT INTO {Log} (id, last, pruned, vacuumed) VALUES (0, 0, 0, 0);
        CREATE TABLE {Mark} (
            id integer PRIMARY KEY CHECK (id = 0),
            mark bytea NOT NULL
        );
        """;

    /// <summary>Makes the tables where there are none; then the role needs no right to make any.</summary>
    public static async Task<bool> EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(connection, cancellationToken))
        {
            return false;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var take = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection))
        {
            take.Parameters.Add(new NpgsqlParameter<long> { TypedValue = CreationLock });
            _ = await take.ExecuteNonQueryAsync(cancellationToken);
        }

        if (await ExistsAsync(connection, cancellationToken))
        {
            return false;
        }

        await using (var create = new NpgsqlCommand(Ddl, connection))
        {
            _ = await create.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    // What is made last stands for all. Not to_regclass: it may answer from a memory that has not heard of another's commit.
    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = '{Name}' AND schemaname || '.' || tablename = '{Mark}')",
            connection
        );
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
