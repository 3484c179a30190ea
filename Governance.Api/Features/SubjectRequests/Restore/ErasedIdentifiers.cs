using Governance.Api.Storage;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Restore;

/// <summary>Keeps what was erased, by surrogates that mean nothing any more, for as long as a backup may bring it back.</summary>
internal sealed class ErasedIdentifiers(TimeProvider time, IOptions<SubjectRequestOptions> options) : IErasureAftermath
{
    public Task BeforeDestructionAsync(ErasedPerson erased, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task CompletingAsync(StateDbContext db, ErasedPerson erased, CancellationToken cancellationToken)
    {
        await ForgetAsync(db, cancellationToken);
        var now = time.GetUtcNow();
        db.AddRange(
            erased
                .Owned.Select(one => (one, IsOwned: true))
                .Concat(erased.Unheld.Select(one => (one, IsOwned: false)))
                .DistinctBy(pair => pair.one.Surrogate)
                .Select(pair => new ErasedIdentifier
                {
                    RequestId = erased.RequestId,
                    Domain = pair.one.Domain,
                    Surrogate = pair.one.Surrogate,
                    IsOwned = pair.IsOwned,
                    ErasedAt = now,
                })
        );
    }

    /// <summary>Forgets those that no backup holds any more.</summary>
    public Task<int> ForgetAsync(StateDbContext db, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-options.Value.BackupRetentionDays);
        return db.Set<ErasedIdentifier>().Where(one => one.ErasedAt < before).ExecuteDeleteAsync(cancellationToken);
    }
}
