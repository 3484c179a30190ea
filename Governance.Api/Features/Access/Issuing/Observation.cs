using System.Collections.Immutable;
using Governance.Api.Features.Access.Grants;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.Access.Issuing;

/// <summary>What a look at the warehouse, and the work there, came to for one grant.</summary>
/// <param name="grant">The grant as it was read before the work.</param>
internal sealed class Observation(Grant grant)
{
    public Grant Grant { get; } = grant;

    /// <summary>What was seen at the end.</summary>
    public GrantState State { get; set; } = grant.State;

    public IssuedView? View { get; set; }

    /// <summary>Whose rows the view leaves out.</summary>
    public ImmutableArray<string> Without { get; set; } = [.. grant.Without];

    public IssuedRowRule? Rule { get; set; }

    /// <summary>What was found otherwise than it had been left: <c>view_missing</c>, <c>readers_changed</c> and so on.</summary>
    public List<string> Drift { get; } = [];

    /// <summary>Why the warehouse did not do it.</summary>
    public Refusal? Refusal { get; set; }
}
