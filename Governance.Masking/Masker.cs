using System.Buffers;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Json;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Masking;

/// <summary>Masks records by the contracts in force; thin over plans and batches. Safe for concurrent callers.</summary>
/// <example>
/// <code>
/// await using var masker = await Masker.CreateAsync(new MaskerOptions { Contracts = { "contracts" } });
/// var masked = await masker.MaskJsonAsync("customers", json);
/// </code>
/// </example>
public sealed class Masker : IMasker, IAsyncDisposable
{
    private readonly MaskingPlans _plans;
    private readonly Identifiers _identifiers;
    private readonly ISuppressionList? _suppressions;
    private readonly MaskerParts? _owned;

    /// <summary>Makes a masker of parts that stay their owner's to dispose of.</summary>
    /// <param name="contracts">The contracts in force.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <param name="identifiers">The way to the vault.</param>
    /// <param name="suppressions">Erased people, or <see langword="null"/>.</param>
    public Masker(
        IContractCatalogSource contracts,
        TenantKeys keys,
        Identifiers identifiers,
        ISuppressionList? suppressions = null
    )
    {
        _plans = new MaskingPlans(contracts, keys);
        _identifiers = identifiers;
        _suppressions = suppressions;
    }

    private Masker(MaskerParts parts, ISuppressionList? suppressions)
        : this(parts.Contracts, parts.Keys, parts.Identifiers, suppressions) => _owned = parts;

    /// <summary>Makes a masker with its own keys and vault, as options say; dispose of it in the end.</summary>
    /// <param name="options">At least the contracts.</param>
    /// <param name="cancellationToken">Stops opening keys and vault.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are wrong; lists every fault.</exception>
    /// <exception cref="StartupException">A contract has a fault; lists all of all.</exception>
    /// <exception cref="KeyMaterialException">The keys cannot be used.</exception>
    public static async Task<Masker> CreateAsync(MaskerOptions options, CancellationToken cancellationToken = default)
    {
        var parts = await MaskerParts.OpenAsync(options, cancellationToken);
        return new Masker(parts, options.Suppressions);
    }

    /// <inheritdoc />
    public string GetMaskedAvroSchema(string dataset, string writerSchema) =>
        _plans.Avro(dataset, writerSchema).MaskedAvroSchema;

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>> MaskAvroAsync(
        string dataset,
        string writerSchema,
        ReadOnlyMemory<byte> record,
        CancellationToken cancellationToken = default
    ) => Only(await MaskAvroAsync(dataset, writerSchema, [record], cancellationToken));

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<MaskedRecord>> MaskAvroAsync(
        string dataset,
        string writerSchema,
        IReadOnlyList<ReadOnlyMemory<byte>> records,
        CancellationToken cancellationToken = default
    )
    {
        var plan = _plans.Avro(dataset, writerSchema);
        var batch = plan.Rent();
        try
        {
            foreach (var record in records)
            {
                batch.Add(record);
            }

            await batch.MaskAsync(_identifiers, _suppressions, cancellationToken);
            return Results(
                batch,
                plan.MaskedAvroSchema,
                static (batch, record, output) => batch.WriteAvro(record, output)
            );
        }
        finally
        {
            plan.Return(batch);
        }
    }

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>> MaskJsonAsync(
        string dataset,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellationToken = default
    ) => Only(await MaskJsonAsync(dataset, [json], cancellationToken));

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<MaskedRecord>> MaskJsonAsync(
        string dataset,
        IReadOnlyList<ReadOnlyMemory<byte>> objects,
        CancellationToken cancellationToken = default
    )
    {
        var plan = _plans.Json(dataset);
        var batch = plan.Rent();
        try
        {
            foreach (var json in objects)
            {
                batch.Add(json);
            }

            await batch.MaskAsync(_identifiers, _suppressions, cancellationToken);
            return Results(batch, null, static (batch, record, output) => batch.Write(record, output));
        }
        finally
        {
            plan.Return(batch);
        }
    }

    /// <summary>Closes what <see cref="CreateAsync"/> opened.</summary>
    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static ReadOnlyMemory<byte> Only(IReadOnlyList<MaskedRecord> records) =>
        records[0] is { Fault: { } fault }
            ? throw new UnmaskableRecordException(fault.Code, fault.Reason)
            : records[0].Bytes;

    // All records of a batch stand in one array: masking one or a thousand costs the same few allocations.
    private static MaskedRecord[] Results<TBatch>(
        TBatch batch,
        string? schema,
        Action<TBatch, int, IBufferWriter<byte>> write
    )
        where TBatch : RecordBatch
    {
        var output = new ByteBuffer();
        var ends = new int[batch.Count];
        for (var record = 0; record < batch.Count; record++)
        {
            if (batch.FaultOf(record) is null)
            {
                write(batch, record, output);
            }

            ends[record] = output.Length;
        }

        var masked = new MaskedRecord[batch.Count];
        var start = 0;
        for (var record = 0; record < masked.Length; record++)
        {
            masked[record] = new MaskedRecord(output.WrittenMemory[start..ends[record]], batch.FaultOf(record), schema);
            start = ends[record];
        }

        return masked;
    }
}
