using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Api.Features.Keys;

/// <summary>Vault rows by the key that wraps their subject keys.</summary>
internal sealed class VaultKeys(IWrappedKeys vault) : IKeyUse
{
    public string What => "vault rows";

    public string Remedy => "Run: keys rewrap.";

    public ValueTask<IReadOnlyDictionary<uint, long>> CountAsync(
        IReadOnlyList<uint> enabled,
        CancellationToken cancellationToken
    ) => vault.CountByKeyAsync(cancellationToken);
}
