using System.Reflection;
using System.Security.Claims;

namespace Governance.Api.Identity;

/// <summary>Who calls: what the ledger writes down. An endpoint takes it as a parameter.</summary>
/// <param name="Id">The directory's object id; stable, and no name.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">The roles.</param>
internal sealed record Actor(string Id, string Name, IReadOnlyList<string> Roles)
{
    /// <summary>The directory's groups, by id.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>
    /// What the person signs in with, an address in most directories: a warehouse that knows people knows them by it. Empty where the token
    /// does not say. Nothing is decided by it, since it may change.
    /// </summary>
    public string SignInName { get; init; } = "";

    /// <summary>Why the groups could not be had (<see cref="GroupFaults"/>); <see langword="null"/> where they are all there are.</summary>
    public string? GroupsFault { get; init; }

    /// <summary>The claim of an actor's id.</summary>
    public const string IdClaim = "oid";

    /// <summary>The claim of an actor's name.</summary>
    public const string NameClaim = "name";

    /// <summary>The claim of an actor's roles.</summary>
    public const string RolesClaim = "roles";

    public bool Has(string role) => Roles.Contains(role, StringComparer.Ordinal);

    public static Actor Of(ClaimsPrincipal user)
    {
        var id =
            IdOf(user)
            ?? throw new InvalidOperationException("Ask for the actor behind an endpoint that requires a role only.");
        var subject = PolicySubjects.Of(user);
        return new Actor(id, user.FindFirstValue(NameClaim) ?? id, subject.Roles)
        {
            Groups = subject.Groups,
            SignInName = user.FindFirstValue("preferred_username") ?? user.FindFirstValue("upn") ?? "",
            GroupsFault = user.FindFirstValue(GroupOverage.FaultClaim),
        };
    }

    /// <summary>The id of whoever is signed in.</summary>
    public static string? IdOf(ClaimsPrincipal user) => user.FindFirstValue(IdClaim) ?? user.FindFirstValue("sub");

    public static ValueTask<Actor?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<Actor?>(Of(context.User));
}
