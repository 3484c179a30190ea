using System.Text.Json;
using Avro;
using Governance.Masking.Avro.Internal;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Masking.Avro;

/// <summary>
/// How records of one writer schema are masked by one contract; compiled once, then used for every record. Masking takes two
/// passes, so that the identifiers of a whole batch go to the vault in one round trip in between.
/// </summary>
public sealed class MaskingPlan
{
    private readonly RecordNode _root;

    private MaskingPlan(Dataset dataset, RecordNode root)
    {
        Dataset = dataset;
        _root = root;
        Schema = new MaskedSchema(root.Fields);
    }

    /// <summary>The dataset that the records belong to.</summary>
    public Dataset Dataset { get; }

    /// <summary>The shape of masked records.</summary>
    public MaskedSchema Schema { get; }

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

        return schema is RecordSchema record
            ? new MaskingPlan(dataset, new PlanCompiler(dataset, keys).Compile(record))
            : throw new PlanException([
                new PlanFault("", EventFaults.PlanRefused, "the writer schema is not a record"),
            ]);
    }

    /// <summary>First pass: checks the record's structure and collects its identifiers.</summary>
    /// <param name="body">The Avro body, without the wire format's five leading bytes.</param>
    /// <param name="identifiers">Receives them; cleared by the caller.</param>
    /// <param name="vault">Normalizes and blind-indexes identifiers.</param>
    /// <exception cref="MalformedAvroException">The event cannot be masked.</exception>
    public void Discover(ReadOnlyMemory<byte> body, RecordIdentifiers identifiers, Identifiers vault)
    {
        var reader = new AvroReader(body.Span);
        _root.Discover(ref reader, new Discovery(identifiers, vault));
        reader.ExpectEnd();
    }

    /// <summary>Second pass: writes the masked record as one JSON object in the shape of <see cref="Schema"/>.</summary>
    /// <param name="body">As in the first pass.</param>
    /// <param name="identifiers">As filled by the first pass.</param>
    /// <param name="resolved">The vault's answer for all identifiers of the record.</param>
    /// <param name="output">Where the record goes.</param>
    /// <exception cref="MalformedAvroException">The event cannot be masked; what was written must be thrown away.</exception>
    public void Write(
        ReadOnlyMemory<byte> body,
        RecordIdentifiers identifiers,
        IReadOnlyDictionary<IdentifierKey, ResolvedIdentifier> resolved,
        Utf8JsonWriter output
    )
    {
        var reader = new AvroReader(body.Span);
        _root.Write(ref reader, new MaskedWriter(output, identifiers, resolved));
    }
}
