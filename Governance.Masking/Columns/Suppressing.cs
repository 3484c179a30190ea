using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Vault;

namespace Governance.Masking.Columns;

/// <summary>Masking that leaves out records of erased people.</summary>
internal static class Suppressing
{
    /// <summary>Masks all records of a batch but those of erased people; these have the fault <see cref="EventFaults.Suppressed"/>.</summary>
    public static async ValueTask MaskAsync(
        this RecordBatch batch,
        Identifiers identifiers,
        ISuppressionList? suppressions,
        CancellationToken cancellationToken
    )
    {
        if (suppressions is not null)
        {
            await suppressions.RefreshAsync(cancellationToken);
            batch.Index(identifiers);
            for (var record = 0; record < batch.Count; record++)
            {
                if (
                    batch.FaultOf(record) is null
                    && batch.HasIdentifier(record, (use, key) => use.Link == Link.Owns && suppressions.Contains(key))
                )
                {
                    batch.Suppress(record);
                }
            }
        }

        await batch.MaskAsync(identifiers, cancellationToken);
    }
}
