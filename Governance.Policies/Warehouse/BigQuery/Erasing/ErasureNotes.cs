using System.Globalization;

namespace Governance.Policies.Warehouse.BigQuery.Erasing;

/// <summary>
/// What was counted before an erasure's statement, as labels of its job: they come to be with the job, and stay as long as it is known. So
/// there is no moment in which the statement has run and its counts are lost.
/// </summary>
/// <param name="AsOf">Rows that landed later are not counted, before or after.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Matched">Rows that match.</param>
/// <param name="Control">Checksum of the rows as they must be afterwards.</param>
internal sealed record ErasureNotes(DateTimeOffset AsOf, long Rows, long Matched, string Control)
{
    private const string AsOfLabel = "governance_as_of";
    private const string RowsLabel = "governance_rows_before";
    private const string MatchedLabel = "governance_matched";
    private const string ControlLabel = "governance_control";

    public IReadOnlyDictionary<string, string> ToLabels() =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [AsOfLabel] = Text(AsOf.UtcTicks),
            [RowsLabel] = Text(Rows),
            [MatchedLabel] = Text(Matched),
            [ControlLabel] = Control,
        };

    /// <summary>Reads them back.</summary>
    /// <exception cref="ErasureInvariantException">They are not there: the job is not one of an erasure, or was changed.</exception>
    public static ErasureNotes Read(string job, IReadOnlyDictionary<string, string> labels) =>
        labels.TryGetValue(AsOfLabel, out var asOf)
        && labels.TryGetValue(RowsLabel, out var rows)
        && labels.TryGetValue(MatchedLabel, out var matched)
        && labels.TryGetValue(ControlLabel, out var control)
            ? new(new DateTimeOffset(Number(asOf), TimeSpan.Zero), Number(rows), Number(matched), control)
            : throw new ErasureInvariantException(
                $"Job {job} has run without the counts that were taken before it. Count the table's rows by hand."
            );

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
