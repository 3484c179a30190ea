using System.Reflection;
using System.Security.Cryptography;
using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Receipts.Signing;

/// <summary>Keeps receipts in the state.</summary>
internal sealed class StoredReceipts(IStateStore store, IReceiptSigner signer, ILedger ledger, TimeProvider time)
    : IReceipts
{
    private static readonly string Software =
        "Governance "
        + (
            typeof(StoredReceipts)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion
            ?? "unknown"
        );

    public async Task<string> IssueAsync(
        StateDbContext db,
        ReceiptFacts facts,
        LedgerAnchor anchor,
        CancellationToken cancellationToken
    )
    {
        if (await db.FindAsync<StoredReceipt>([facts.RequestId], cancellationToken) is { } issued)
        {
            return issued.Jws;
        }

        var now = time.GetUtcNow();
        var payload = new ReceiptPayload(
            ReceiptPayload.IssuerName,
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            now.ToUnixTimeSeconds(),
            facts,
            anchor,
            Software
        );
        var jws = signer.Sign(payload);
        db.Add(
            new StoredReceipt
            {
                RequestId = facts.RequestId,
                Jws = jws,
                IssuedAt = now,
            }
        );

        // The receipt names the ledger, and the ledger the receipt: neither can lose the other unseen.
        await ledger.AppendAsync(db, ReceiptEntry.Write(payload, jws), cancellationToken);
        return jws;
    }

    public Task<string?> FindAsync(string requestId, CancellationToken cancellationToken) =>
        store.ReadAsync(
            db =>
                db.Set<StoredReceipt>()
                    .Where(receipt => receipt.RequestId == requestId)
                    .Select(receipt => (string?)receipt.Jws)
                    .SingleOrDefaultAsync(cancellationToken),
            cancellationToken
        );
}
