using System.Collections.Immutable;
using Governance.Api.Features.Revealing;
using Governance.Api.Identity;

namespace Governance.Api.Features.Access.Grants;

/// <summary>The grants by which a person may ask for plain values: those that stand in the warehouse and have not ended.</summary>
internal sealed class RevealGrantsOfPeople(GrantStore grants, TimeProvider time) : IRevealGrants
{
    public async Task<ImmutableArray<RevealGrant>> ReadAsync(
        Actor actor,
        string dataset,
        CancellationToken cancellationToken
    )
    {
        var held = await grants.ReadAsync(
            all => GrantStates.Standing(all, actor.Id, time.GetUtcNow()).Where(grant => grant.Dataset == dataset),
            cancellationToken
        );
        return
        [
            .. held.Select(grant => new RevealGrant(
                grant.Id.ToString(),
                grant.Purpose,
                // What was granted to be seen masked alone is not granted to be revealed.
                [.. grant.Plan.Columns.Where(column => !column.Revealable.IsEmpty).Select(column => column.Name)],
                grant.Until,
                grant.ApprovedBy.Count > 0,
                grant.IsBreakGlass
            )),
        ];
    }
}
