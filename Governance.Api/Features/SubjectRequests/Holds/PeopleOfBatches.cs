using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>Reads whose identifiers a batch's keys are, as blind indexes: what a hold knows people by.</summary>
internal sealed class PeopleOfBatches(IWarehouse warehouse, Identifiers identifiers)
{
    /// <summary>The people of a batch, by every alias that was found when it started.</summary>
    public async Task<PeopleOfBatch> ReadAsync(Guid batchId, CancellationToken cancellationToken)
    {
        var keys = await warehouse.ReadOwnedKeysAsync(RequestKeySets.Owned(batchId), cancellationToken);
        var known = await identifiers.FindBySurrogateAsync(
            [.. keys.Select(key => key.Identifier.Surrogate).Distinct()],
            cancellationToken
        );
        return new PeopleOfBatch(
            keys.Where(key => known.ContainsKey(key.Identifier.Surrogate))
                .ToLookup(key => known[key.Identifier.Surrogate], key => key.Owner),
            keys.Select(key => key.Owner).ToHashSet()
        );
    }
}

/// <summary>The people of a batch: which request an identifier belongs to.</summary>
internal sealed class PeopleOfBatch(ILookup<IdentifierKey, Guid> requests, IReadOnlySet<Guid> all)
{
    /// <summary>The requests whose person a hold protects: that through which it was placed, and those by any alias.</summary>
    public IEnumerable<Guid> Of(LegalHold hold) =>
        hold
            .Keys.SelectMany(key => requests[key.Key])
            .Concat(all.Contains(hold.RequestId) ? [hold.RequestId] : Array.Empty<Guid>())
            .Distinct();

    /// <summary>The identifiers of one request's person.</summary>
    public IEnumerable<IdentifierKey> IdentifiersOf(Guid requestId) =>
        requests.Where(key => key.Contains(requestId)).Select(key => key.Key);
}
