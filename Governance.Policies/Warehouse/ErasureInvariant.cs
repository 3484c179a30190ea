using System.Globalization;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse;

/// <summary>What must hold of every erasure: after = before − matched (a delete), matched afterwards = 0, control rows as they were.</summary>
internal static class ErasureInvariant
{
    /// <summary>Checks it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="outcome">Its counts.</param>
    /// <param name="matchedAfter">Rows that still match.</param>
    /// <param name="consequence">What a failure means in this warehouse, as a sentence.</param>
    /// <exception cref="ErasureInvariantException">It does not hold.</exception>
    public static void Check(ErasureJob job, ErasureOutcome outcome, long matchedAfter, string consequence)
    {
        var gone = job.Action == ErasureAction.Delete ? outcome.Matched : 0;
        if (
            outcome.RowsAfter != outcome.RowsBefore - gone
            || outcome.Affected != outcome.Matched
            || matchedAfter != 0
            || !string.Equals(outcome.ControlBefore, outcome.ControlAfter, StringComparison.Ordinal)
        )
        {
            throw new ErasureInvariantException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Table {job.Dataset.Name}, job {job.JobId}: {outcome.RowsBefore} rows before, {outcome.Matched} matched, {outcome.Affected} affected, {outcome.RowsAfter} after, {matchedAfter} still match, control {outcome.ControlBefore} before and {outcome.ControlAfter} after. {consequence}"
                )
            );
        }
    }
}
