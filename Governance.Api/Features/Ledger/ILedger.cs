using Governance.Api.Storage;

namespace Governance.Api.Features.Ledger;

/// <summary>The append-only, hash-chained record of every decision and act.</summary>
internal interface ILedger
{
    /// <summary>
    /// Appends within the caller's <see cref="IStateStore.WriteAsync{T}"/>, so that a change and its entry commit together or
    /// not at all. The entry's sequence and hash are final once the write commits.
    /// </summary>
    /// <param name="db">The context that the write was given.</param>
    /// <param name="fact">What happened.</param>
    /// <param name="cancellationToken">Stops before anything is added.</param>
    /// <exception cref="InvalidOperationException">The context is in no transaction.</exception>
    Task<LedgerAnchor> AppendAsync(StateDbContext db, LedgerFact fact, CancellationToken cancellationToken);

    /// <summary>Appends alone, in a transaction of its own. Never call it inside a write.</summary>
    Task<LedgerAnchor> AppendAsync(LedgerFact fact, CancellationToken cancellationToken);
}
