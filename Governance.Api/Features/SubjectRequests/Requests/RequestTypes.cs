namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>The types of requests (GDPR Art. 15 to 21), as they are named on the wire.</summary>
internal static class RequestTypes
{
    public const string Erasure = "erasure";
    public const string Access = "access";
    public const string Portability = "portability";
    public const string Rectification = "rectification";
    public const string Restriction = "restriction";
    public const string Objection = "objection";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [Erasure, Access, Portability, Rectification, Restriction, Objection];

    /// <summary>Whether its answer is an archive.</summary>
    public static bool IsExport(string type) => type is Access or Portability;

    /// <summary>Whether it limits what may be done with the person's rows, until it is lifted.</summary>
    public static bool IsLimit(string type) => type is Restriction or Objection;
}
