using Governance.Api.Features.Retention;
using Governance.Api.Features.SubjectRequests.Restricting;
using Governance.Api.Storage;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>
/// Whom holds and restrictions in force keep, for whoever takes rows away by their age. Who restricted may need the data, for a claim at
/// law or to show that it was wrong (GDPR Art. 18(1)(b) and (c)), so its time does not end meanwhile.
/// </summary>
internal sealed class KeptPeople(IStateStore state, Identifiers identifiers, IWarehouse warehouse, TimeProvider time)
    : IKeptPeople
{
    public async Task<IReadOnlyCollection<LinkedIdentifier>> InAsync(
        string dataset,
        CancellationToken cancellationToken
    )
    {
        var (held, limits) = await state.ReadAsync(
            async db =>
                (
                    (await HeldPeople.InForce(db, time.GetUtcNow()).ToListAsync(cancellationToken))
                        .Where(hold => hold.Covers(dataset))
                        .SelectMany(hold => hold.Keys)
                        .Select(key => key.Key)
                        .Distinct()
                        .ToList(),
                    await db.Set<ProcessingLimit>()
                        .Where(limit => limit.LiftedAt == null)
                        .ToListAsync(cancellationToken)
                ),
            cancellationToken
        );
        var kept = (await identifiers.FindAsync(held, cancellationToken))
            .Select(one => new LinkedIdentifier(one.Key.Domain, one.Value.Surrogate))
            .ToHashSet();
        foreach (var limit in limits.Where(limit => limit.IsOfEveryPurpose))
        {
            kept.UnionWith(
                await warehouse.ReadKeysAsync(limit.KeySetOf(ProcessingLimit.AllPurposes), cancellationToken)
            );
        }

        return kept;
    }
}
