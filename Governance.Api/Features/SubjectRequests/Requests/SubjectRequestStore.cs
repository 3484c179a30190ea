using System.Linq.Expressions;
using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>Reads and changes requests. Every change is one transaction with its ledger entry.</summary>
internal sealed class SubjectRequestStore(IStateStore state, ILedger ledger)
{
    /// <summary>A request as it stands; <see langword="null"/> where there is none.</summary>
    public Task<SubjectRequest?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        state.ReadAsync(
            db => Whole(db).SingleOrDefaultAsync(request => request.Id == id, cancellationToken),
            cancellationToken
        );

    /// <summary>A request that is known to be there.</summary>
    public async Task<SubjectRequest> GetAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) ?? throw new InvalidOperationException("The request is gone.");

    /// <summary>Changes a request alone: what the change reads of it cannot be changed by another meanwhile.</summary>
    public Task<T> ChangeAsync<T>(
        Guid id,
        Func<StateDbContext, SubjectRequest, Task<T>> change,
        CancellationToken cancellationToken
    ) =>
        state.WriteAsync(
            async db =>
            {
                var request = await Whole(db).SingleAsync(one => one.Id == id, cancellationToken);
                var answer = await change(db, request);
                request.Touch();
                return answer;
            },
            cancellationToken
        );

    /// <summary>As <see cref="ChangeAsync{T}"/>, without an answer and without a context.</summary>
    public Task ChangeAsync(Guid id, Action<SubjectRequest> change, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            (_, request) =>
            {
                change(request);
                return Task.FromResult(true);
            },
            cancellationToken
        );

    /// <summary>As <see cref="ChangeAsync{T}"/>, for many requests in one transaction, in the order of their approval.</summary>
    public Task<T> ChangeManyAsync<T>(
        IReadOnlyCollection<Guid> ids,
        Func<StateDbContext, IReadOnlyList<SubjectRequest>, Task<T>> change,
        CancellationToken cancellationToken
    ) => ChangeManyAsync(request => ids.Contains(request.Id), change, cancellationToken);

    /// <summary>The same for all requests of a batch.</summary>
    public Task<T> ChangeBatchAsync<T>(
        Guid batchId,
        Func<StateDbContext, IReadOnlyList<SubjectRequest>, Task<T>> change,
        CancellationToken cancellationToken
    ) => ChangeManyAsync(request => request.BatchId == batchId, change, cancellationToken);

    /// <summary>The requests of a batch, with their claims and without their items and history, in the order of their approval.</summary>
    public async Task<IReadOnlyList<SubjectRequest>> ReadBatchAsync(
        Guid batchId,
        CancellationToken cancellationToken
    ) =>
        await state.ReadAsync(
            db =>
                db.Set<SubjectRequest>()
                    .Include(request => request.Claims)
                    .Where(request => request.BatchId == batchId)
                    .OrderBy(request => request.ApprovedAt)
                    .ThenBy(request => request.Id)
                    .ToListAsync(cancellationToken),
            cancellationToken
        );

    /// <summary>Reads the state as it stands.</summary>
    public Task<T> ReadAsync<T>(Func<StateDbContext, Task<T>> read, CancellationToken cancellationToken) =>
        state.ReadAsync(read, cancellationToken);

    /// <summary>Changes the state alone.</summary>
    public Task<T> WriteAsync<T>(Func<StateDbContext, Task<T>> write, CancellationToken cancellationToken) =>
        state.WriteAsync(write, cancellationToken);

    /// <summary>Writes an act on a request into the ledger, with the change.</summary>
    public Task<LedgerAnchor> RecordAsync(
        StateDbContext db,
        SubjectRequest request,
        string actor,
        string act,
        LedgerDetails details,
        CancellationToken cancellationToken
    ) =>
        ledger.AppendAsync(
            db,
            new LedgerFact(actor, $"subject-request.{act}", $"subject-request/{request.Id}", details),
            cancellationToken
        );

    /// <summary>Requests with all that belongs to them.</summary>
    public static IQueryable<SubjectRequest> Whole(StateDbContext db) =>
        db.Set<SubjectRequest>()
            .Include(request => request.Demand)
            .Include(request => request.Export)
            .Include(request => request.Limit)
            .Include(request => request.Claims)
            .Include(request => request.Items.OrderBy(item => item.Position))
            .Include(request => request.History.OrderBy(line => line.Position))
            .Include(request => request.Holds.OrderBy(hold => hold.PlacedAt))
            .AsSplitQuery();

    private Task<T> ChangeManyAsync<T>(
        Expression<Func<SubjectRequest, bool>> which,
        Func<StateDbContext, IReadOnlyList<SubjectRequest>, Task<T>> change,
        CancellationToken cancellationToken
    ) =>
        state.WriteAsync(
            async db =>
            {
                var some = await Whole(db)
                    .Where(which)
                    .OrderBy(request => request.ApprovedAt)
                    .ThenBy(request => request.Id)
                    .ToListAsync(cancellationToken);

                // Looked through once, at the end: a look for each ledger entry, over all items of a batch, would take minutes.
                db.ChangeTracker.AutoDetectChangesEnabled = false;
                var answer = await change(db, some);
                some.ForEach(request => request.Touch());
                db.ChangeTracker.AutoDetectChangesEnabled = true;
                return answer;
            },
            cancellationToken
        );
}
