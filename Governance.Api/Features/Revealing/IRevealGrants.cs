using System.Collections.Immutable;
using Governance.Api.Identity;

namespace Governance.Api.Features.Revealing;

/// <summary>
/// The grants by which a person may ask for plain values at this moment. Whoever keeps the grants registers it.
/// </summary>
internal interface IRevealGrants
{
    /// <summary>The person's grants of a dataset that are in force: applied, not revoked, not ended.</summary>
    Task<ImmutableArray<RevealGrant>> ReadAsync(Actor actor, string dataset, CancellationToken cancellationToken);
}

/// <summary>A grant in force. What of it may be revealed is not kept in it: the policies are asked anew each time.</summary>
/// <param name="Id">The grant.</param>
/// <param name="Purpose">What it was granted for.</param>
/// <param name="Columns">The top-level columns that it shows.</param>
/// <param name="Until">When it ends.</param>
/// <param name="ApprovedByOwner">Whether the owner approved it, where the policies ask for that.</param>
/// <param name="IsBreakGlass">Whether it came of an emergency.</param>
internal sealed record RevealGrant(
    string Id,
    string Purpose,
    ImmutableArray<string> Columns,
    DateTimeOffset Until,
    bool ApprovedByOwner,
    bool IsBreakGlass = false
);
