using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>
/// PostgreSQL deletes by marking: VACUUM frees the rows' places. Its log and its backups keep them for as long as the operator keeps these.
/// </summary>
internal sealed class PostgresStateScrub(PostgresServer server) : IStateScrub
{
    public async Task RunAsync(string table, CancellationToken cancellationToken)
    {
        await using var connection = await server.Source.OpenConnectionAsync(cancellationToken);
        using var builder = new NpgsqlCommandBuilder();
        await using var command = connection.CreateCommand();
        // A role that does not own the table is passed over by the server, with a warning; its autovacuum comes in time.
        command.CommandText = $"VACUUM (INDEX_CLEANUP ON) {builder.QuoteIdentifier(table)}";
        // As long as it takes: it hinders nobody.
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
