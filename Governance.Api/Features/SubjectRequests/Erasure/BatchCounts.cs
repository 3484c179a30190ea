using Governance.Api.Features.SubjectRequests.Requests;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>What a statement for many people did for each of them.</summary>
internal static class BatchCounts
{
    /// <summary>A request's share of a count by owner. Keys that an earlier version left have no owner, and are the only ones of their set.</summary>
    public static long Of(IReadOnlyDictionary<Guid, long> counts, Guid requestId) =>
        counts.GetValueOrDefault(requestId) + counts.GetValueOrDefault(Guid.Empty);

    /// <summary>
    /// The rows that a statement matched, for each request: by the count that was taken before it. Where a process died in between there are
    /// two counts, and the one that adds up to what the statement matched is the one that was taken right before it.
    /// </summary>
    /// <returns><see langword="null"/> where no count adds up: nobody can say then whose the rows were.</returns>
    public static IReadOnlyDictionary<Guid, long>? Share(IReadOnlyList<RequestItem> items, long matched) =>
        items.Count == 1 ? new Dictionary<Guid, long> { [items[0].RequestId] = matched }
        : items.Sum(item => item.Counted ?? 0) == matched
            ? items.ToDictionary(item => item.RequestId, item => item.Counted ?? 0)
        : items.Sum(item => item.CountedEarlier ?? 0) == matched
            ? items.ToDictionary(item => item.RequestId, item => item.CountedEarlier ?? 0)
        : null;
}
