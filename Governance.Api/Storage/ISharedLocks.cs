namespace Governance.Api.Storage;

/// <summary>Locks by name, over all processes that share the state. A process that dies holds none.</summary>
internal interface ISharedLocks
{
    /// <summary>Takes a lock, or gives <see langword="null"/> at once where another holds it.</summary>
    Task<ISharedLock?> TryTakeAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A lock while it is held; disposing it releases the lock.</summary>
internal interface ISharedLock : IAsyncDisposable
{
    /// <summary>Cancelled when the lock was lost: another may hold it by now.</summary>
    CancellationToken Lost { get; }
}
