using Governance.Api.Features.Ledger;
using Governance.Api.Storage;

namespace Governance.Api.Features.Receipts;

/// <summary>Issues receipts, and keeps them.</summary>
internal interface IReceipts
{
    /// <summary>
    /// Signs and keeps the receipt of a request within the caller's <see cref="IStateStore.WriteAsync{T}"/>, and writes its hash
    /// into the ledger. A request that has a receipt keeps it: that one is returned.
    /// </summary>
    /// <param name="db">The context that the write was given.</param>
    /// <param name="facts">What was done.</param>
    /// <param name="anchor">The ledger entry of the request's completion, appended in the same write.</param>
    /// <param name="cancellationToken">Stops before anything is added.</param>
    /// <returns>The receipt: a compact JWS (RFC 7515).</returns>
    Task<string> IssueAsync(
        StateDbContext db,
        ReceiptFacts facts,
        LedgerAnchor anchor,
        CancellationToken cancellationToken
    );

    /// <summary>The receipt of a request, or <see langword="null"/>.</summary>
    Task<string?> FindAsync(string requestId, CancellationToken cancellationToken);
}
