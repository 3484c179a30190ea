using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Api.Features.Access.Deciding;

/// <summary>
/// How the warehouse knows a person. One that answers through this service is told who asks, by the directory's id; BigQuery knows people
/// by their address.
/// </summary>
internal sealed class GrantMembers(IEnumerable<IGovernedQueries> queries)
{
    private readonly bool _asksUs = queries.Any();

    /// <summary>The person, in the form of <see cref="Members"/>.</summary>
    public Result<string> Of(Actor actor)
    {
        var member = _asksUs ? Members.OfId(actor.Id) : $"user:{actor.SignInName}";
        return Members.IsMember(member)
            ? member
            : Failure.Conflict(
                "member_unknown",
                _asksUs
                    ? "The id in your token is none that the warehouse takes."
                    : "The token carries no address that the warehouse could know you by.",
                "Let the directory add the claim preferred_username, or upn, with the address that BigQuery knows you by; then sign in again."
            );
    }
}
