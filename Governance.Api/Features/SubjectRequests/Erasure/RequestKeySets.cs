namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>Names of a batch's key sets in the warehouse, and of its statements. A batch has the id of the request that leads it.</summary>
internal static class RequestKeySets
{
    /// <summary>The worker, as history and ledger name it.</summary>
    public const string Worker = "system:erasure";

    /// <summary>What the people own.</summary>
    public static string Owned(Guid batchId) => $"request-{batchId:N}";

    /// <summary>What the people's rows share with others.</summary>
    public static string Shared(Guid batchId) => $"request-{batchId:N}-shared";

    /// <summary>The key set that an item's rows are matched by.</summary>
    public static string Of(Guid batchId, Requests.ItemAction action) =>
        action is Requests.ItemAction.Shared ? Shared(batchId) : Owned(batchId);

    /// <summary>A statement's id: the same whenever it is asked for.</summary>
    public static string JobId(Guid batchId, string dataset, int round) => $"{batchId:N}-{dataset}-{round}";
}
