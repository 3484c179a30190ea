using System.Security.Claims;
using Governance.Api.Http;

namespace Governance.Api.Identity;

/// <summary>Why the directory's groups could not be had, and what to do. The person is then in no group: what depends on one is refused.</summary>
internal static class GroupFaults
{
    /// <summary>No credentials are set.</summary>
    public const string NotConfigured = "not_configured";

    /// <summary>The directory refuses this service.</summary>
    public const string Refused = "refused";

    /// <summary>There are more groups than it answers.</summary>
    public const string TooMany = "too_many";

    /// <summary>It took too long, failed, or answered what it never should.</summary>
    public const string Unavailable = "unavailable";

    private const string What =
        "Your token leaves out your groups, because they are too many, and the directory could not be asked for them; so you count as a member of none.";

    /// <summary>What the fault is, in words; <see langword="null"/> where the groups are known.</summary>
    public static (string Detail, string Next)? Of(ClaimsPrincipal user) =>
        user.FindFirstValue(GroupOverage.FaultClaim) is { } fault ? Say(fault) : null;

    /// <summary>A refusal that says as well that groups are missing, where that may be the cause.</summary>
    public static Failure Explain(this Actor actor, Failure failure)
    {
        if (actor.GroupsFault is not { } fault)
        {
            return failure;
        }

        var (detail, next) = Say(fault);
        return failure with { Detail = $"{failure.Detail} {detail}", Next = $"{next} {failure.Next}".TrimEnd() };
    }

    private static (string Detail, string Next) Say(string fault) =>
        (
            What,
            fault switch
            {
                NotConfigured =>
                    "An administrator sets AzureAd:ClientCredentials, by which this service may ask Microsoft Graph.",
                Refused =>
                    "An administrator looks after AzureAd:ClientCredentials, and consents to User.ReadBasic.All and GroupMember.Read.All for this service.",
                TooMany =>
                    "Leave some groups, or have the directory put into tokens only those that are assigned to the application.",
                _ => "Try again in a minute.",
            }
        );
}
