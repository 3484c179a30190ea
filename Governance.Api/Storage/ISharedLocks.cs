namespace Governance.Api.Storage;

/// <summary>Locks by name, over all processes that share the state. A process that dies holds none.</summary>
internal interface ISharedLocks
{
    /// <summary>Takes a lock, or gives <see langword="null"/> at once where another holds it.</summary>
    Task<ISharedLock?> TryTakeAsync(string name, CancellationToken cancellationToken);
}

/// <summary>Work that only one process does.</summary>
internal static class SharedWork
{
    /// <summary>Works while it holds a lock, and stops where the lock is lost; does nothing where another holds it.</summary>
    /// <returns>Whether it was this process's turn.</returns>
    public static async Task<bool> RunAloneAsync(
        this ISharedLocks locks,
        string name,
        Func<CancellationToken, Task> work,
        CancellationToken cancellationToken
    )
    {
        await using var claim = await locks.TryTakeAsync(name, cancellationToken);
        if (claim is null)
        {
            return false;
        }

        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claim.Lost);
        await work(held.Token);
        return true;
    }
}

/// <summary>A lock while it is held; disposing it releases the lock.</summary>
internal interface ISharedLock : IAsyncDisposable
{
    /// <summary>Cancelled when the lock was lost: another may hold it by now.</summary>
    CancellationToken Lost { get; }
}
