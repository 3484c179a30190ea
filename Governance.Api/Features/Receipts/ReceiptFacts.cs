using System.Text.Json.Serialization;

namespace Governance.Api.Features.Receipts;

/// <summary>What a receipt proves. Counts, names of tables, codes and times: no personal value, no surrogate, no blind index.</summary>
/// <param name="RequestId">The subject request.</param>
/// <param name="Type">Its type: <c>erasure</c>.</param>
/// <param name="Outcome">The state that it ended in: <c>completed</c>, <c>completed_with_retention</c>.</param>
/// <param name="ReceivedAt">When it was received: what the legal clock counts from.</param>
/// <param name="CompletedAt">When it was completed.</param>
/// <param name="PlanHash">Hash of the frozen plan.</param>
/// <param name="Items">Every table of the plan.</param>
/// <param name="Suppressions">How many identifiers are suppressed from now on.</param>
/// <param name="VaultRowsDestroyed">How many rows of the vault were destroyed.</param>
internal sealed record ReceiptFacts(
    string RequestId,
    string Type,
    string Outcome,
    DateTimeOffset ReceivedAt,
    DateTimeOffset CompletedAt,
    string PlanHash,
    IReadOnlyList<ReceiptItem> Items,
    long Suppressions,
    long VaultRowsDestroyed
);

/// <summary>What was done in one table, counted there.</summary>
/// <param name="Table">The table.</param>
/// <param name="Verdict">How it ended: <c>erased_verified</c>, <c>nothing_found</c>, <c>retained</c>, …</param>
/// <param name="Ground">Why rows are retained, or <see langword="null"/>.</param>
/// <param name="RowsBefore">Rows of the table before; <see langword="null"/> where no statement ran, because its rows are kept.</param>
/// <param name="Matched">Rows that held an identifier of the request.</param>
/// <param name="Affected">Rows deleted or cleared.</param>
/// <param name="RowsAfter">Rows of the table after; <see langword="null"/> where no statement ran.</param>
/// <param name="MatchedAfter">Rows that still held one when it was counted again.</param>
/// <param name="ControlsUnchanged">Whether the rows that must not change have the checksum they had before; <see langword="null"/> where no statement ran.</param>
internal sealed record ReceiptItem(
    string Table,
    string Verdict,
    string? Ground,
    long? RowsBefore,
    long Matched,
    long Affected,
    long? RowsAfter,
    long MatchedAfter,
    bool? ControlsUnchanged
)
{
    /// <summary>
    /// Rows that the statement matched for all requests of its batch: before − these = after, where rows were deleted. Absent where it
    /// was for this request alone.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? BatchMatched { get; init; }
}
