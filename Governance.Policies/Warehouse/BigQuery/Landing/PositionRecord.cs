namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>
/// A row of <c>_governance_positions</c>. Records are only added; the one with the greatest <paramref name="Next"/> counts.
/// </summary>
/// <param name="Key">The partition.</param>
/// <param name="Next">The next offset to consume; <see langword="null"/> where nothing landed yet.</param>
/// <param name="Stream">The write stream by which its rows land; empty where no row landed with it.</param>
/// <param name="StreamRows">Rows that were appended to the stream up to <paramref name="Next"/>.</param>
/// <param name="RecordedAt">When.</param>
internal sealed record PositionRecord(
    PartitionKey Key,
    long? Next,
    string Stream,
    long StreamRows,
    DateTimeOffset RecordedAt
);
