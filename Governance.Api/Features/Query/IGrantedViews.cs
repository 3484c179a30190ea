using System.Collections.Immutable;
using Governance.Api.Identity;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Api.Features.Query;

/// <summary>What a person may ask for at this moment. Whoever keeps the grants registers it.</summary>
internal interface IGrantedViews
{
    /// <summary>The views of the grants that are in force, and whose names the row rules know the person by.</summary>
    Task<GrantedViews> ReadAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Writes down which columns a statement may read: a renewal drops the others.</summary>
    Task RecordUseAsync(QueriedStatement statement, CancellationToken cancellationToken);
}

/// <summary>What a person may ask for.</summary>
/// <param name="Views">The issued views, each with its grant's end.</param>
/// <param name="Members">The person first, then their groups, in the form of <see cref="Governance.Policies.Views.Members"/>.</param>
internal sealed record GrantedViews(ImmutableArray<GrantedView> Views, ImmutableArray<string> Members)
{
    /// <summary>Nothing.</summary>
    public static GrantedViews None { get; } = new([], []);
}
