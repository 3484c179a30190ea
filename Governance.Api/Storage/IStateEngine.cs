using Microsoft.EntityFrameworkCore.Storage;

namespace Governance.Api.Storage;

/// <summary>What differs between the databases that the state can stand in.</summary>
internal interface IStateEngine
{
    /// <summary>Opens the context's connection, and makes sure that somebody answers there.</summary>
    Task OpenAsync(StateDbContext db, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a transaction that no other writer of any process runs beside: what it reads cannot change before it commits, and it
    /// reads all that was committed before it began.
    /// </summary>
    Task<IDbContextTransaction> BeginWriteAsync(StateDbContext db, CancellationToken cancellationToken);

    /// <summary>Lets go of what is kept open. No context can be made any more.</summary>
    void Release();
}
