using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage;

/// <summary>Makes the state's file ready at start.</summary>
internal sealed class StateDatabase(IDbContextFactory<StateDbContext> contexts, StateLocation location) : IStateDatabase
{
    /// <summary>Creates the file and its schema, or brings them up to date. Safe to run at every start.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        StateFile.Create(location.Path);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", cancellationToken);
        await CreateSchemaAsync(db, cancellationToken);
        foreach (var trigger in AppendOnlyTables.Triggers(db.Model))
        {
            await db.Database.ExecuteSqlRawAsync(trigger, cancellationToken);
        }
    }

    private static async Task CreateSchemaAsync(StateDbContext db, CancellationToken cancellationToken)
    {
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            // A process that was killed while it migrated leaves EF's lock behind, and this start would wait for it for ever.
            // Nobody else holds it: the data directory is this process's alone.
            await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
        }
    }
}
