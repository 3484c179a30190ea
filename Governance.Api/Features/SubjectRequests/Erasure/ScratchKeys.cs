using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// The one key set for looking, held by one search at a time and emptied before and after: what a killed process left in it
/// can add nothing to the next search. Whoever holds it has entered the write gate alone before, which is also what keeps the searches
/// of several processes apart; where the gate is lost meanwhile, emptying the set fails, and the search with it.
/// </summary>
internal sealed class ScratchKeys(IWarehouse warehouse) : IDisposable
{
    private const string SetName = "looking";
    private readonly IWarehouse _warehouse = warehouse;
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Fills the set; disposing the answer empties it.</summary>
    public Task<Lease> HoldAsync(
        IReadOnlyCollection<LinkedIdentifier> identifiers,
        CancellationToken cancellationToken
    ) => HoldAsync([.. identifiers.Select(identifier => new OwnedKey(identifier, Guid.Empty))], cancellationToken);

    /// <summary>Fills the set with keys that say whose they are.</summary>
    public async Task<Lease> HoldAsync(IReadOnlyCollection<OwnedKey> keys, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await _warehouse.DropKeysAsync(SetName, cancellationToken);
            await _warehouse.AddOwnedKeysAsync(SetName, keys, cancellationToken);
            return new Lease(this);
        }
        catch
        {
            _one.Release();
            throw;
        }
    }

    /// <summary>Empties the set, once at start; it waits for a search that is under way.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await using var gate = await _warehouse.EnterWriteAsync(cancellationToken);
        await using var keys = await HoldAsync(Array.Empty<OwnedKey>(), cancellationToken);
    }

    public void Dispose() => _one.Dispose();

    /// <summary>The set while it is held.</summary>
    internal sealed class Lease(ScratchKeys owner) : IAsyncDisposable
    {
        /// <summary>Its name in the warehouse.</summary>
        public string Name { get; } = SetName;

        public async ValueTask DisposeAsync()
        {
            try
            {
                await owner._warehouse.DropKeysAsync(SetName, CancellationToken.None);
            }
            finally
            {
                owner._one.Release();
            }
        }
    }
}
