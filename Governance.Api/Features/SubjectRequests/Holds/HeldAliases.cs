using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Vault;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>Finds a held person's other aliases, so that a request which comes by any of them is held, too.</summary>
internal sealed class HeldAliases(
    SubjectRequestStore requests,
    ErasurePlanner planner,
    PeopleOfBatches people,
    Identifiers identifiers
)
{
    /// <summary>Adds them to a hold. Where the claims point at nobody, or at several people, it keeps what was claimed.</summary>
    public async Task AddAsync(Guid requestId, Guid holdId, CancellationToken cancellationToken)
    {
        var request = await requests.GetAsync(requestId, cancellationToken);
        var found = request is { HasKeySets: true, BatchId: { } batchId }
            ? (await people.ReadAsync(batchId, cancellationToken)).IdentifiersOf(requestId)
            : await OfClaimsAsync(request, cancellationToken);
        IdentifierKey[] keys = [.. found];
        await requests.WriteAsync(
            async db =>
            {
                var hold = await db.Set<LegalHold>()
                    .Include(one => one.Keys)
                    .SingleAsync(one => one.Id == holdId, cancellationToken);
                hold.Extend(keys);
                return true;
            },
            cancellationToken
        );
    }

    private async Task<IEnumerable<IdentifierKey>> OfClaimsAsync(
        SubjectRequest request,
        CancellationToken cancellationToken
    )
    {
        var closure = await planner.FindAsync(request, cancellationToken);
        var known = await identifiers.FindBySurrogateAsync(
            [.. closure.Identifiers.Select(identifier => identifier.Surrogate)],
            cancellationToken
        );
        return known.Values;
    }
}
