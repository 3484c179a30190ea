using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Governance.Policies.Decisions;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Access.Requests;

/// <summary>Reads and changes requests for access. Every change is one transaction with its ledger entry.</summary>
internal sealed class AccessRequestStore(IStateStore state, ILedger ledger)
{
    /// <summary>A request as it stands; <see langword="null"/> where there is none.</summary>
    public Task<AccessRequest?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        state.ReadAsync(
            db => Whole(db).SingleOrDefaultAsync(request => request.Id == id, cancellationToken),
            cancellationToken
        );

    /// <summary>Requests that a condition picks.</summary>
    public Task<List<AccessRequest>> ReadAsync(
        Func<IQueryable<AccessRequest>, IQueryable<AccessRequest>> pick,
        CancellationToken cancellationToken
    ) => state.ReadAsync(db => pick(Whole(db)).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>Runs a write that begins a request, or changes one.</summary>
    public Task<T> WriteAsync<T>(Func<StateDbContext, Task<T>> write, CancellationToken cancellationToken) =>
        state.WriteAsync(write, cancellationToken);

    /// <summary>Changes a request alone: what the change reads of it cannot be changed by another meanwhile.</summary>
    public Task<T> ChangeAsync<T>(
        Guid id,
        Func<StateDbContext, AccessRequest, Task<T>> change,
        CancellationToken cancellationToken
    ) =>
        state.WriteAsync(
            async db => await change(db, await Whole(db).SingleAsync(one => one.Id == id, cancellationToken)),
            cancellationToken
        );

    /// <summary>Writes an act on a request into the ledger, with the change.</summary>
    public Task RecordAsync(
        StateDbContext db,
        AccessRequest request,
        string actor,
        string act,
        IEnumerable<DecisionReason> reasons,
        CancellationToken cancellationToken
    ) =>
        ledger.AppendAsync(
            db,
            new LedgerFact(
                actor,
                $"access-request.{act}",
                $"access-request/{request.Id}",
                new LedgerDetails
                {
                    { "dataset", request.Dataset },
                    { "purpose", request.Purpose },
                    { "seconds", (long)request.Duration.TotalSeconds },
                    { "break_glass", request.IsBreakGlass },
                    { "reasons", string.Join(',', reasons.Select(reason => reason.Code)) },
                    { "policy", request.Decision.Policy.Version },
                    { "policy_hash", request.Decision.Policy.Hash },
                }
            ),
            cancellationToken
        );

    private static IQueryable<AccessRequest> Whole(StateDbContext db) =>
        db.Set<AccessRequest>().Include(request => request.Votes.OrderBy(vote => vote.Position));
}
