using Governance.Masking.Vault;

namespace Governance.Bench.Masking;

/// <summary>A vault that gives everybody a row and keeps none: what is measured is the masking with a warm cache in front of it.</summary>
internal sealed class ForgetfulVault : IVault
{
    public ValueTask<IReadOnlyList<VaultRow>> GetOrAddAsync(
        IReadOnlyList<VaultRow> candidates,
        CancellationToken cancellationToken
    ) => ValueTask.FromResult(candidates);

    public ValueTask<IReadOnlyList<VaultRow>> FindAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        CancellationToken cancellationToken
    ) => ValueTask.FromResult<IReadOnlyList<VaultRow>>([]);

    public ValueTask<IReadOnlyList<VaultRow>> FindBySurrogateAsync(
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    ) => ValueTask.FromResult<IReadOnlyList<VaultRow>>([]);

    public ValueTask<VaultReplacement> ReplaceAsync(
        IdentifierKey key,
        VaultRow row,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<int> DestroyAsync(IReadOnlyCollection<IdentifierKey> keys, CancellationToken cancellationToken) =>
        ValueTask.FromResult(0);

    public ValueTask<Destructions> DestroyedSinceAsync(long? position, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Destructions(0, IsComplete: true, []));

    public ValueTask<long> CountAsync(CancellationToken cancellationToken) => ValueTask.FromResult(0L);
}
