using System.Collections.Immutable;
using Governance.Api.Features.Access;
using Governance.Api.Features.Revealing;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Restricting;

/// <summary>Reveals nothing of those whose rows a view of the purpose would leave out.</summary>
internal sealed class LimitedPeople(IRowExclusions exclusions, IWarehouse warehouse) : IRevealLimits
{
    public async Task<IReadOnlySet<Guid>> AmongAsync(
        Dataset dataset,
        string purpose,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    )
    {
        var prefixes = await exclusions.OfAsync(dataset, purpose, cancellationToken);
        return prefixes.IsEmpty || surrogates.Count == 0
            ? ImmutableHashSet<Guid>.Empty
            : await warehouse.FindKeysAsync(prefixes, surrogates, cancellationToken);
    }
}
