using System.Collections.Concurrent;

namespace Governance.Api.Storage;

/// <summary>Locks within one process, for a state that one process has to itself.</summary>
internal sealed class ProcessLocks : ISharedLocks
{
    private readonly ConcurrentDictionary<string, bool> _held = new(StringComparer.Ordinal);

    public Task<ISharedLock?> TryTakeAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<ISharedLock?>(_held.TryAdd(name, true) ? new Held(this, name) : null);

    private sealed class Held(ProcessLocks owner, string name) : ISharedLock
    {
        public CancellationToken Lost => CancellationToken.None;

        public ValueTask DisposeAsync()
        {
            owner._held.TryRemove(name, out _);
            return ValueTask.CompletedTask;
        }
    }
}
