namespace Governance.Policies.Warehouse;

/// <summary>What a <see cref="WriteGate"/> is locked by: something in this process, or something that all processes share.</summary>
public interface IWriteLock
{
    /// <summary>Waits for the lock.</summary>
    /// <param name="isShared">Whether others may hold it meanwhile who ask for it the same way.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<IWriteLockHold> AcquireAsync(bool isShared, CancellationToken cancellationToken);
}

/// <summary>A lock while it is held; disposing it releases the lock.</summary>
public interface IWriteLockHold : IAsyncDisposable
{
    /// <summary>Makes sure that the lock is still held.</summary>
    /// <exception cref="WarehouseException">It was lost, and another may hold it by now.</exception>
    ValueTask ConfirmAsync(CancellationToken cancellationToken);
}
