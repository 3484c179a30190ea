using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Ledger.Chain;

/// <summary>Walks what is stored, without holding it in memory.</summary>
internal static class ChainWalk
{
    /// <summary>Gives the check every stored entry, up to the first that does not fit.</summary>
    /// <returns>Whether the chain holds.</returns>
    public static async Task<bool> WalkAsync(
        this ChainCheck check,
        StateDbContext db,
        CancellationToken cancellationToken
    )
    {
        var entries = db.Set<LedgerEntry>().AsNoTracking().OrderBy(entry => entry.Sequence).AsAsyncEnumerable();
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            if (!check.Add(entry.Sequence, entry.Payload, entry.Hash))
            {
                return false;
            }
        }

        return true;
    }
}
