namespace Governance.Api.Features.Access;

/// <summary>Where requests for access and grants are found.</summary>
internal static class AccessAddresses
{
    public const string Requests = "/access-requests";
    public const string OneRequest = "/access-requests/{id:guid}";
    public const string Grants = "/grants";
    public const string Findings = "/grant-findings";
    public const string OneGrant = "/grants/{id:guid}";
    public const string Events = "/grants/{id:guid}/events";

    /// <summary>One request.</summary>
    public static string OfRequest(Guid id) => $"{Requests}/{id}";

    /// <summary>One grant.</summary>
    public static string OfGrant(Guid id) => $"{Grants}/{id}";
}
