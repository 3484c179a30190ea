using System.Security.Claims;
using Governance.Policies.Decisions;

namespace Governance.Api.Identity;

/// <summary>Callers as policies see them.</summary>
internal static class PolicySubjects
{
    /// <summary>The claim of the directory's groups, by id.</summary>
    public const string GroupsClaim = "groups";

    public static PolicySubject Of(ClaimsPrincipal user) =>
        new(
            Actor.IdOf(user) ?? "",
            [.. user.FindAll(Actor.RolesClaim).Select(claim => claim.Value)],
            [.. user.FindAll(GroupsClaim).Select(claim => claim.Value)]
        );

    public static PolicySubject Of(Actor actor) => new(actor.Id, [.. actor.Roles], [.. actor.Groups]);
}
