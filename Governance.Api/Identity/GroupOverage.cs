using System.Security.Claims;
using System.Text.Json;

namespace Governance.Api.Identity;

/// <summary>
/// A token that says that there are groups, and not which: Entra leaves them out beyond 200, and points to where they are (OpenID Connect Core 5.6.2),
/// or says <c>hasgroups</c>. The address that it names is never followed: it is that of a service which Microsoft has ended.
/// </summary>
internal static class GroupOverage
{
    /// <summary>The claim of why the groups could not be had. This service adds it, and takes away what a token may say of it.</summary>
    public const string FaultClaim = "governance_groups_fault";

    public static bool IsIn(ClaimsPrincipal user) =>
        !user.HasClaim(claim => claim.Type is PolicySubjects.GroupsClaim)
        && user.Claims.Any(claim =>
            claim.Type switch
            {
                "_claim_names" => NamesGroups(claim.Value),
                "hasgroups" => string.Equals(claim.Value, "true", StringComparison.OrdinalIgnoreCase),
                _ => claim.Type.StartsWith("groups:src", StringComparison.Ordinal),
            }
        );

    private static bool NamesGroups(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(PolicySubjects.GroupsClaim, out _);
        }
        catch (JsonException)
        {
            // Whatever it says, it is no list of groups: asking is the safe way to read it.
            return true;
        }
    }
}
