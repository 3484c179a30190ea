namespace Governance.Api.Storage;

/// <summary>The way to the state: reads side by side, writes one after the other, each in one transaction.</summary>
internal interface IStateStore
{
    /// <summary>Runs a read over a context of its own; nothing is tracked.</summary>
    Task<T> ReadAsync<T>(Func<StateDbContext, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a write alone, among all processes, in one transaction that holds the store's write lock from its beginning; saves what the context
    /// tracks and commits, or rolls back whatever is thrown. A ledger entry appended on the same context commits with it.
    /// </summary>
    /// <remarks>Writes do not nest: inside one, use the context that was given.</remarks>
    Task<T> WriteAsync<T>(Func<StateDbContext, Task<T>> write, CancellationToken cancellationToken);

    /// <summary>As <see cref="WriteAsync{T}"/>, without an answer.</summary>
    Task WriteAsync(Func<StateDbContext, Task> write, CancellationToken cancellationToken) =>
        WriteAsync(
            async db =>
            {
                await write(db);
                return true;
            },
            cancellationToken
        );
}
