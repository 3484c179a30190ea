using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Access.Grants;

/// <summary>Reads and changes grants. Every change is one transaction with its ledger entry.</summary>
internal sealed class GrantStore(IStateStore state, ILedger ledger)
{
    /// <summary>A grant as it stands; <see langword="null"/> where there is none.</summary>
    public Task<Grant?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        state.ReadAsync(
            db => db.Set<Grant>().SingleOrDefaultAsync(grant => grant.Id == id, cancellationToken),
            cancellationToken
        );

    /// <summary>The newest grants that a condition picks.</summary>
    public Task<List<Grant>> ReadAsync(
        Func<IQueryable<Grant>, IQueryable<Grant>> pick,
        CancellationToken cancellationToken
    ) => state.ReadAsync(db => pick(db.Set<Grant>()).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>Grants of a dataset that may have something in the warehouse.</summary>
    public Task<List<Grant>> OpenAsync(string dataset, CancellationToken cancellationToken) =>
        ReadAsync(
            grants =>
                grants
                    .Where(grant => grant.Dataset == dataset && GrantStates.Open.Contains(grant.State))
                    .OrderBy(grant => grant.GrantedAt)
                    .ThenBy(grant => grant.Id),
            cancellationToken
        );

    /// <summary>Grants that are in force, the oldest first.</summary>
    public Task<List<Grant>> InForceAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ReadAsync(
            grants =>
                grants
                    .Where(grant => grant.End == null && grant.Until > now && GrantStates.Open.Contains(grant.State))
                    .OrderBy(grant => grant.GrantedAt),
            cancellationToken
        );

    /// <summary>Changes a grant alone: what the change reads of it cannot be changed by another meanwhile.</summary>
    public Task<T> ChangeAsync<T>(
        Guid id,
        Func<StateDbContext, Grant, Task<T>> change,
        CancellationToken cancellationToken
    ) =>
        state.WriteAsync(
            async db => await change(db, await db.Set<Grant>().SingleAsync(one => one.Id == id, cancellationToken)),
            cancellationToken
        );

    /// <summary>Changes several grants in one transaction.</summary>
    public Task ChangeAsync(
        IReadOnlyCollection<Guid> ids,
        Func<StateDbContext, Grant, Task> change,
        CancellationToken cancellationToken
    ) =>
        state.WriteAsync(
            async db =>
            {
                foreach (
                    var grant in await db.Set<Grant>().Where(one => ids.Contains(one.Id)).ToListAsync(cancellationToken)
                )
                {
                    await change(db, grant);
                }
            },
            cancellationToken
        );

    /// <summary>Writes an act on a grant into the ledger, with the change.</summary>
    public async Task RecordAsync(
        StateDbContext db,
        Grant grant,
        string actor,
        string act,
        LedgerDetails details,
        CancellationToken cancellationToken
    )
    {
        details.Add("dataset", grant.Dataset);
        details.Add("purpose", grant.Purpose);
        await ledger.AppendAsync(
            db,
            new LedgerFact(actor, $"grant.{act}", $"grant/{grant.Id}", details),
            cancellationToken
        );
    }
}
