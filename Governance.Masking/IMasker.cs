using Governance.Masking.Columns;

namespace Governance.Masking;

/// <summary>
/// Masks records by the contracts in force. Nothing leaves it unmasked: a record that cannot be masked is an exception, or a fault among
/// the records of a batch. Safe for concurrent callers; get one by <see cref="Masker.CreateAsync"/>, or by
/// <see cref="MaskingServiceCollectionExtensions.AddGovernanceMasking"/>.
/// </summary>
/// <remarks>Batches are faster: the vault is asked once for all of a batch, and each column is masked as a whole.</remarks>
public interface IMasker
{
    /// <summary>The Avro schema of masked records, derived from contract and writer schema.</summary>
    /// <param name="dataset">The dataset's name in its contract.</param>
    /// <param name="writerSchema">The Avro schema of the plain records, as JSON.</param>
    /// <exception cref="UnmaskableRecordException">No contract names the dataset, or contract and schema do not fit.</exception>
    string GetMaskedAvroSchema(string dataset, string writerSchema);

    /// <summary>Masks one Avro record.</summary>
    /// <param name="dataset">The dataset's name in its contract.</param>
    /// <param name="writerSchema">The Avro schema that it was written with, as JSON.</param>
    /// <param name="record">The record's Avro bytes, without a header.</param>
    /// <param name="cancellationToken">Stops before anything is stored.</param>
    /// <returns>The masked record in the schema of <see cref="GetMaskedAvroSchema"/>.</returns>
    /// <exception cref="UnmaskableRecordException">The record cannot be masked.</exception>
    ValueTask<ReadOnlyMemory<byte>> MaskAvroAsync(
        string dataset,
        string writerSchema,
        ReadOnlyMemory<byte> record,
        CancellationToken cancellationToken = default
    );

    /// <summary>Masks a batch of Avro records of one schema.</summary>
    /// <param name="dataset">The dataset's name in its contract.</param>
    /// <param name="writerSchema">The Avro schema that they were written with, as JSON.</param>
    /// <param name="records">The records' Avro bytes, without headers.</param>
    /// <param name="cancellationToken">Stops before anything is stored.</param>
    /// <returns>An entry for each record, in the same order: masked, or with its fault.</returns>
    /// <exception cref="UnmaskableRecordException">No contract names the dataset, or contract and schema do not fit.</exception>
    ValueTask<IReadOnlyList<MaskedRecord>> MaskAvroAsync(
        string dataset,
        string writerSchema,
        IReadOnlyList<ReadOnlyMemory<byte>> records,
        CancellationToken cancellationToken = default
    );

    /// <summary>Masks one JSON object.</summary>
    /// <param name="dataset">The dataset's name in its contract.</param>
    /// <param name="json">The object as UTF-8.</param>
    /// <param name="cancellationToken">Stops before anything is stored.</param>
    /// <returns>The masked object as UTF-8.</returns>
    /// <exception cref="UnmaskableRecordException">The object cannot be masked.</exception>
    ValueTask<ReadOnlyMemory<byte>> MaskJsonAsync(
        string dataset,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellationToken = default
    );

    /// <summary>Masks a batch of JSON objects.</summary>
    /// <param name="dataset">The dataset's name in its contract.</param>
    /// <param name="objects">The objects as UTF-8.</param>
    /// <param name="cancellationToken">Stops before anything is stored.</param>
    /// <returns>An entry for each object, in the same order: masked, or with its fault.</returns>
    /// <exception cref="UnmaskableRecordException">No contract names the dataset, or a rule of it does not fit its column.</exception>
    ValueTask<IReadOnlyList<MaskedRecord>> MaskJsonAsync(
        string dataset,
        IReadOnlyList<ReadOnlyMemory<byte>> objects,
        CancellationToken cancellationToken = default
    );
}

/// <summary>A record of a batch: masked, or not.</summary>
/// <param name="Bytes">The masked record; empty where it has a fault.</param>
/// <param name="Fault">Why it could not be masked; <see langword="null"/> where it was.</param>
/// <param name="AvroSchema">The schema of <paramref name="Bytes"/>, for Avro; the same text for all of a batch.</param>
public readonly record struct MaskedRecord(ReadOnlyMemory<byte> Bytes, RecordFault? Fault, string? AvroSchema = null);

/// <summary>A record cannot be masked, and must not be passed on. Holds a code and what to look at, never a value.</summary>
public sealed class UnmaskableRecordException(string code, string reason)
    : Exception(reason.Length == 0 ? code : $"{code}: {reason}")
{
    /// <summary>One of <see cref="Avro.EventFaults"/>, or a method's own.</summary>
    public string Code { get; } = code;
}
