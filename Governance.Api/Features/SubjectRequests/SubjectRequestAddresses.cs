namespace Governance.Api.Features.SubjectRequests;

/// <summary>Where requests are found.</summary>
internal static class SubjectRequestAddresses
{
    public const string Root = "/subject-requests";
    public const string One = "/subject-requests/{id:guid}";

    /// <summary>One request.</summary>
    public static string Of(Guid id) => $"{Root}/{id}";
}
