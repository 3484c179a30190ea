using System.Security.Cryptography;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Ledger.Chain;

/// <summary>
/// Chains entries inside the state's write transactions: these run one after the other, so the head that is read cannot be
/// taken by another. The first append of all opens the ledger with an entry of its own.
/// </summary>
internal sealed class HashChainedLedger(IStateStore store, TimeProvider time) : ILedger
{
    public async Task<LedgerAnchor> AppendAsync(StateDbContext db, LedgerFact fact, CancellationToken cancellationToken)
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException(
                "Append within IStateStore.WriteAsync: the context is in no transaction."
            );
        }

        var head = await HeadAsync(db, cancellationToken) ?? Chain(db, Opening(), null);
        var entry = Chain(db, fact, head);
        return new LedgerAnchor(entry.Sequence, entry.Hash);
    }

    public Task<LedgerAnchor> AppendAsync(LedgerFact fact, CancellationToken cancellationToken) =>
        store.WriteAsync(db => AppendAsync(db, fact, cancellationToken), cancellationToken);

    /// <summary>Opens a ledger that has no entry: from then on an empty one is a broken one. At start.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) =>
        store.WriteAsync(
            async db => await HeadAsync(db, cancellationToken) ?? Chain(db, Opening(), null),
            cancellationToken
        );

    // What this transaction added and has not saved yet stands behind what is stored.
    private static async Task<LedgerEntry?> HeadAsync(StateDbContext db, CancellationToken cancellationToken) =>
        db.Set<LedgerEntry>().Local.MaxBy(entry => entry.Sequence)
        ?? await db.Set<LedgerEntry>()
            .AsNoTracking()
            .OrderByDescending(entry => entry.Sequence)
            .FirstOrDefaultAsync(cancellationToken);

    private static LedgerFact Opening() =>
        new(
            "system:ledger",
            "ledger.opened",
            "ledger",
            new LedgerDetails { { "id", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) } }
        );

    private LedgerEntry Chain(StateDbContext db, LedgerFact fact, LedgerEntry? head)
    {
        var sequence = (head?.Sequence ?? 0) + 1;
        var payload = LedgerPayload.Write(sequence, time.GetUtcNow(), fact, head?.Hash ?? LedgerPayload.NoPrevious);
        var entry = new LedgerEntry
        {
            Sequence = sequence,
            Payload = payload,
            Hash = LedgerPayload.Hash(payload),
        };
        db.Add(entry);
        return entry;
    }
}
