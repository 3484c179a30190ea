using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage;

/// <summary>Removes what deleted rows have left behind in the state's files.</summary>
internal interface IStateScrub
{
    /// <summary>Removes it. Run it outside of any write, after the deletion has committed; running it again changes nothing.</summary>
    /// <param name="table">The table that rows were deleted from.</param>
    /// <param name="cancellationToken">Stops; then it is to be run again.</param>
    Task RunAsync(string table, CancellationToken cancellationToken);
}

/// <summary>
/// SQLite overwrites what it deletes (secure_delete), but not the copies that it left behind when it split or merged pages, nor its log:
/// the file is rebuilt, and the log cut.
/// </summary>
internal sealed class SqliteStateScrub(IDbContextFactory<StateDbContext> contexts) : IStateScrub
{
    private const int Attempts = 20;

    public async Task RunAsync(string table, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("VACUUM", cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var connection = db.Database.GetDbConnection();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken) && reader.GetInt64(0) == 0)
            {
                return;
            }

            if (attempt == Attempts)
            {
                throw new SqliteException("Another reader keeps the state's log from being emptied.", errorCode: 5);
            }

            // A reader in another connection holds the log back; it is gone soon.
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }
}
