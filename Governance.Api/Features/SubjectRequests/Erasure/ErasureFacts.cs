using Governance.Api.Features.Receipts;
using Governance.Api.Features.SubjectRequests.Requests;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>What the receipt of an erasure says: counts, names of tables, codes and times.</summary>
internal static class ErasureFacts
{
    public static ReceiptFacts Of(SubjectRequest request, DateTimeOffset endedAt) =>
        new(
            request.Id.ToString(),
            request.Type,
            request.State.Name(),
            request.ReceivedAt,
            endedAt,
            request.PlanHash!,
            [.. request.Items.Select(Item)],
            request.Suppressions,
            request.VaultRowsDestroyed ?? 0
        );

    private static ReceiptItem Item(RequestItem item) =>
        new(
            item.Dataset,
            item.Verdict.Name(),
            item.Verdict is ItemVerdict.Retained or ItemVerdict.Waived ? item.Ground : null,
            item.RowsBefore,
            item.Matched ?? 0,
            item.Erased,
            item.RowsAfter,
            item.MatchedAfter ?? 0,
            item.ControlUnchanged
        )
        {
            BatchMatched = item.BatchMatched == item.Matched ? null : item.BatchMatched,
        };
}
