using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Governance.Api.Storage;

/// <summary>SQLite: the transaction takes the file's write lock at once (BEGIN IMMEDIATE).</summary>
internal sealed class SqliteStateEngine(StateLocation location) : IStateEngine
{
    public Task OpenAsync(StateDbContext db, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IDbContextTransaction> BeginWriteAsync(StateDbContext db, CancellationToken cancellationToken) =>
        db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);

    // The last connection that closes folds the WAL into the file.
    public void Release() => StateFile.Release(location.Path);
}
