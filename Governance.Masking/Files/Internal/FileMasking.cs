using Governance.Masking.Columns;
using Governance.Masking.Kafka;
using Governance.Masking.Vault;

namespace Governance.Masking.Files.Internal;

/// <summary>What masking a file works with, of whatever kind it is.</summary>
internal sealed record FileMasking(
    Stream Input,
    Stream Output,
    Identifiers Identifiers,
    ISuppressionList? Suppressions,
    IFileMaskingObserver Observer
)
{
    /// <summary>A batch ends with so many records, or so many bytes: large enough that the vault is asked seldom.</summary>
    public const int BatchRecords = 2000;

    public const int BatchBytes = 4 * 1024 * 1024;

    /// <summary>Masks a batch, and tells of the records that have a fault.</summary>
    public async ValueTask MaskAsync(RecordBatch batch, Func<int, long> numberOf, CancellationToken cancellationToken)
    {
        await batch.MaskAsync(Identifiers, Suppressions, cancellationToken);
        for (var record = 0; record < batch.Count; record++)
        {
            if (batch.FaultOf(record) is { } fault)
            {
                Observer.OnLeftOut(numberOf(record), fault);
            }
        }
    }
}
