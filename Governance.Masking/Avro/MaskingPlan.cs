using System.Collections.Concurrent;
using Avro;
using Governance.Masking.Avro.Internal;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Avro;

/// <summary>
/// How records of one writer schema are masked by one contract; compiled once, then used for every record, by the batch. Safe
/// for concurrent callers; its batches are not.
/// </summary>
public sealed class MaskingPlan
{
    private readonly ConcurrentBag<AvroBatch> _spares = [];

    private MaskingPlan(Dataset dataset, RecordSchema writer, RecordNode root, BatchLayout layout)
    {
        Dataset = dataset;
        Root = root;
        Layout = layout;
        Schema = new MaskedSchema(root.Fields);
        MaskedAvroSchema = MaskedAvroSchemas.Derive(writer, root);
        Rows = RowLayout.Of(root);
    }

    /// <summary>The dataset that the records belong to.</summary>
    public Dataset Dataset { get; }

    /// <summary>The shape of masked records.</summary>
    public MaskedSchema Schema { get; }

    /// <summary>
    /// The Avro schema of masked records, as JSON, derived from the writer schema: dropped fields are absent, masked ones have the
    /// type that holds their masked form.
    /// </summary>
    public string MaskedAvroSchema { get; }

    /// <summary>How masked records are read as rows; <see langword="null"/> where they hold more than single values.</summary>
    public RowLayout? Rows { get; }

    internal RecordNode Root { get; }

    internal BatchLayout Layout { get; }

    /// <summary>Compiles a plan.</summary>
    /// <param name="dataset">The contract's dataset.</param>
    /// <param name="writerSchema">The Avro schema that records were written with, as JSON.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <exception cref="PlanException">Contract and schema do not fit; lists every fault.</exception>
    public static MaskingPlan Compile(Dataset dataset, string writerSchema, TenantKeys keys)
    {
        Schema schema;
        try
        {
            schema = global::Avro.Schema.Parse(writerSchema);
        }
        catch (AvroException)
        {
            throw new PlanException([
                new PlanFault("", EventFaults.PlanRefused, "the writer schema is no Avro schema"),
            ]);
        }

        if (schema is not RecordSchema record)
        {
            throw new PlanException([new PlanFault("", EventFaults.PlanRefused, "the writer schema is not a record")]);
        }

        var compiler = new PlanCompiler(dataset, keys);
        var root = compiler.Compile(record);
        return new MaskingPlan(dataset, record, root, compiler.Layout);
    }

    /// <summary>A new, empty batch.</summary>
    public AvroBatch NewBatch() => new(this);

    /// <summary>A batch that was used before, or a new one.</summary>
    internal AvroBatch Rent() => _spares.TryTake(out var batch) ? batch : NewBatch();

    /// <summary>Gives a rented batch back.</summary>
    internal void Return(AvroBatch batch)
    {
        batch.Clear();
        _spares.Add(batch);
    }
}
