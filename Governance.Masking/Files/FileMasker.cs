using Governance.Masking.Avro;
using Governance.Masking.Avro.Files;
using Governance.Masking.Contracts;
using Governance.Masking.Files.Internal;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Masking.Files;

/// <summary>
/// Masks files of records: JSON Lines (<see href="https://jsonlines.org"/>), and Avro object container files. What cannot be masked is left
/// out and told of. Safe for concurrent callers.
/// </summary>
/// <param name="dataset">The dataset that the records belong to.</param>
/// <param name="keys">The tenant's keys.</param>
/// <param name="identifiers">The way to the vault.</param>
/// <param name="suppressions">Erased people, whose records are left out; or <see langword="null"/>.</param>
public sealed class FileMasker(
    Dataset dataset,
    TenantKeys keys,
    Identifiers identifiers,
    ISuppressionList? suppressions = null
)
{
    /// <summary>Masks a file; its first bytes say which kind it is.</summary>
    /// <param name="input">The file from its beginning; must be able to seek.</param>
    /// <param name="output">Where the masked file goes: of the same kind, for Avro with the same codec.</param>
    /// <param name="observer">Is told of progress and of what was left out.</param>
    /// <param name="cancellationToken">Stops; what was written is no whole file then.</param>
    /// <exception cref="PlanException">Contract and file do not fit; lists every fault. Nothing was written.</exception>
    /// <exception cref="AvroFileException">The Avro file is damaged. What was written is no whole file.</exception>
    public async Task MaskAsync(
        Stream input,
        Stream output,
        IFileMaskingObserver observer,
        CancellationToken cancellationToken = default
    )
    {
        var masking = new FileMasking(input, output, identifiers, suppressions, observer);
        if (await IsAvroAsync(input, cancellationToken))
        {
            await AvroFileMasking.RunAsync(masking, dataset, keys, cancellationToken);
        }
        else
        {
            await JsonLinesMasking.RunAsync(masking, dataset, keys, cancellationToken);
        }
    }

    private static async ValueTask<bool> IsAvroAsync(Stream input, CancellationToken cancellationToken)
    {
        var first = new byte[AvroFileReader.Magic.Length];
        var start = input.Position;
        var read = await input.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        input.Position = start;
        return first.AsSpan(0, read).SequenceEqual(AvroFileReader.Magic);
    }
}

/// <summary>Hears how the masking of a file goes on; called by one thread at a time.</summary>
public interface IFileMaskingObserver
{
    /// <summary>A batch is done.</summary>
    /// <param name="bytesRead">Bytes of the input that were read so far.</param>
    /// <param name="masked">How many records of the batch were masked and written.</param>
    void OnBatch(long bytesRead, int masked);

    /// <summary>A record was left out.</summary>
    /// <param name="record">Its line, or its number in an Avro file; from 1.</param>
    /// <param name="fault">
    /// Why. <see cref="EventFaults.Suppressed"/> is no failure: the record is about a person who was erased.
    /// </param>
    void OnLeftOut(long record, Columns.RecordFault fault);
}
