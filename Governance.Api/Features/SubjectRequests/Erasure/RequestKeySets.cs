namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>Names of a request's key sets in the warehouse, and of its statements.</summary>
internal static class RequestKeySets
{
    /// <summary>The worker, as history and ledger name it.</summary>
    public const string Worker = "system:erasure";

    /// <summary>What the person owns.</summary>
    public static string Owned(Guid requestId) => $"request-{requestId:N}";

    /// <summary>What the person's rows share with others.</summary>
    public static string Shared(Guid requestId) => $"request-{requestId:N}-shared";

    /// <summary>A statement's id: the same whenever it is asked for.</summary>
    public static string JobId(Guid requestId, string planHash, string dataset, int round) =>
        $"{requestId:N}-{planHash[..16]}-{dataset}-{round}";
}
