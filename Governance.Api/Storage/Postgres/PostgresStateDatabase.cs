using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage.Postgres;

/// <summary>Makes the state ready at start. Of several processes that start at once, one after the other comes here.</summary>
internal sealed class PostgresStateDatabase(IDbContextFactory<StateDbContext> contexts, PostgresServer server)
    : IStateDatabase
{
    public Task PrepareAsync(CancellationToken cancellationToken) =>
        server.StartAsync(async () =>
        {
            await MigrateAsync(cancellationToken);
            return true;
        });

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var connection = await AdvisoryLocks.OpenAsync(server, cancellationToken);
        try
        {
            await using (
                var take = AdvisoryLocks.Command(connection, "SELECT pg_advisory_lock($1)", AdvisoryLocks.Migration)
            )
            {
                await take.ExecuteNonQueryAsync(cancellationToken);
            }

            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            {
                await db.Database.MigrateAsync(cancellationToken);
            }

            foreach (var statement in PostgresAppendOnly.Statements(db.Model))
            {
                await db.Database.ExecuteSqlRawAsync(statement, cancellationToken);
            }
        }
        finally
        {
            await AdvisoryRelease.RunAsync(connection, "SELECT pg_advisory_unlock($1)", AdvisoryLocks.Migration);
        }
    }
}
