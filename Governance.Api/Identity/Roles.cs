using Microsoft.AspNetCore.Authorization;

namespace Governance.Api.Identity;

/// <summary>The roles, as the claim <c>roles</c> names them.</summary>
public static class Roles
{
    /// <summary>Data protection officer.</summary>
    public const string Dpo = "dpo";

    /// <summary>Asks for datasets.</summary>
    public const string Analyst = "analyst";

    /// <summary>Owns contracts, and approves.</summary>
    public const string Owner = "owner";

    /// <summary>Runs streams, and forwards requests.</summary>
    public const string Pipeline = "pipeline";

    /// <summary>Checks.</summary>
    public const string Auditor = "auditor";

    /// <summary>Runs the service.</summary>
    public const string Admin = "admin";

    /// <summary>All roles.</summary>
    public static IReadOnlyList<string> All { get; } = [Dpo, Analyst, Owner, Pipeline, Auditor, Admin];
}

/// <summary>Metadata of an endpoint: any one of these roles may call it.</summary>
internal sealed record RequiredRoles(IReadOnlyList<string> Roles);

internal static class RoleRequirement
{
    /// <summary>
    /// Says who the endpoint is for: callers with at least one of the roles. The policies decide (<see cref="PolicyAuthorization"/>);
    /// a test holds their table against what is said here.
    /// </summary>
    /// <exception cref="ArgumentException">No role is named, or one that does not exist.</exception>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder builder, params IReadOnlyList<string> roles)
        where TBuilder : IEndpointConventionBuilder
    {
        if (roles.Count == 0 || roles.Except(Roles.All, StringComparer.Ordinal).Any())
        {
            throw new ArgumentException($"Name at least one of {string.Join(", ", Roles.All)}.", nameof(roles));
        }

        return builder
            .RequireAuthorization(
                new AuthorizationPolicyBuilder()
                    .RequireAuthenticatedUser()
                    .AddRequirements(new PolicyRequirement())
                    .Build()
            )
            .WithMetadata(new RequiredRoles(roles));
    }

    /// <summary>Lets everybody pass who has a role, whichever.</summary>
    public static TBuilder RequireSignedIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.RequireRoles(Roles.All);
}
