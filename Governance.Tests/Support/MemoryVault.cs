using System.Collections.Concurrent;
using Governance.Masking.Vault;

namespace Governance.Tests.Support;

/// <summary>A vault in memory that answers at once: for tests that ask for rows by the hundred thousand. Nothing is ever destroyed in it.</summary>
internal sealed class MemoryVault : IVault
{
    private readonly ConcurrentDictionary<IdentifierKey, VaultRow> _rows = new();

    public ValueTask<IReadOnlyList<VaultRow>> GetOrAddAsync(
        IReadOnlyList<VaultRow> candidates,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult<IReadOnlyList<VaultRow>>([
            .. candidates.Select(candidate => _rows.GetOrAdd(candidate.Key, candidate)),
        ]);

    public ValueTask<IReadOnlyList<VaultRow>> FindAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        CancellationToken cancellationToken
    ) => ValueTask.FromResult<IReadOnlyList<VaultRow>>([.. keys.Select(_rows.GetValueOrDefault).OfType<VaultRow>()]);

    public ValueTask<IReadOnlyList<VaultRow>> FindBySurrogateAsync(
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult<IReadOnlyList<VaultRow>>([
            .. _rows.Values.Where(row => surrogates.Contains(row.Surrogate)),
        ]);

    public ValueTask<VaultReplacement> ReplaceAsync(
        IdentifierKey key,
        VaultRow row,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("This vault keeps no log of destructions.");

    public ValueTask<int> DestroyAsync(IReadOnlyCollection<IdentifierKey> keys, CancellationToken cancellationToken) =>
        throw new NotSupportedException("This vault keeps no log of destructions.");

    public ValueTask<Destructions> DestroyedSinceAsync(long? position, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Destructions(0, IsComplete: true, []));

    public ValueTask<long> CountAsync(CancellationToken cancellationToken) => ValueTask.FromResult((long)_rows.Count);
}
