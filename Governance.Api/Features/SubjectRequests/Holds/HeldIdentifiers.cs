using Governance.Api.Features.Retention;
using Governance.Api.Storage;
using Governance.Masking.Vault;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>Whom the holds in force keep, for whoever takes rows away by their age.</summary>
internal sealed class HeldIdentifiers(IStateStore state, TimeProvider time) : IHeldIdentifiers
{
    public Task<IReadOnlyCollection<IdentifierKey>> InAsync(string dataset, CancellationToken cancellationToken) =>
        state.ReadAsync<IReadOnlyCollection<IdentifierKey>>(
            async db =>
                [
                    .. (await HeldPeople.InForce(db, time.GetUtcNow()).ToListAsync(cancellationToken))
                        .Where(hold => hold.Covers(dataset))
                        .SelectMany(hold => hold.Keys)
                        .Select(key => key.Key)
                        .Distinct(),
                ],
            cancellationToken
        );
}
