using Avro;
using Governance.Masking.Avro.Internal;

namespace Governance.Masking.Avro.Files;

/// <summary>Finds where each record of a block ends: nothing stands between them, so each has to be walked by its schema.</summary>
internal sealed class RecordSplitter
{
    private readonly Schema _schema;

    /// <summary>Takes the schema of the records.</summary>
    /// <exception cref="AvroException">It is no schema.</exception>
    public RecordSplitter(string schema) => _schema = Schema.Parse(schema);

    /// <summary>Length in bytes of the first record.</summary>
    /// <exception cref="MalformedAvroException">The bytes are no record of the schema.</exception>
    public int LengthOf(ReadOnlySpan<byte> records)
    {
        var reader = new AvroReader(records);
        Skip(ref reader, _schema);
        return reader.Position;
    }

    private static void Skip(ref AvroReader reader, Schema schema)
    {
        switch (schema.Tag)
        {
            case Schema.Type.Null:
                break;
            case Schema.Type.Boolean:
                _ = reader.ReadBoolean();
                break;
            case Schema.Type.Int or Schema.Type.Long or Schema.Type.Enumeration:
                _ = reader.ReadLong();
                break;
            case Schema.Type.Float:
                _ = reader.ReadFixed(sizeof(float));
                break;
            case Schema.Type.Double:
                _ = reader.ReadFixed(sizeof(double));
                break;
            case Schema.Type.Bytes or Schema.Type.String:
                _ = reader.ReadBytes();
                break;
            case Schema.Type.Fixed:
                _ = reader.ReadFixed(((FixedSchema)schema).Size);
                break;
            case Schema.Type.Logical:
                Skip(ref reader, ((LogicalSchema)schema).BaseSchema);
                break;
            case Schema.Type.Record or Schema.Type.Error:
                SkipFields(ref reader, (RecordSchema)schema);
                break;
            case Schema.Type.Array:
                SkipItems(ref reader, ((ArraySchema)schema).ItemSchema, isMap: false);
                break;
            case Schema.Type.Map:
                SkipItems(ref reader, ((MapSchema)schema).ValueSchema, isMap: true);
                break;
            case Schema.Type.Union:
                var branches = ((UnionSchema)schema).Schemas;
                Skip(ref reader, branches[reader.ReadIndex(branches.Count)]);
                break;
            default:
                throw new MalformedAvroException(
                    EventFaults.MalformedAvro,
                    "the schema holds a type that no record can have"
                );
        }
    }

    private static void SkipFields(ref AvroReader reader, RecordSchema record)
    {
        reader.Enter();
        foreach (var field in record.Fields)
        {
            Skip(ref reader, field.Schema);
        }

        reader.Leave();
    }

    private static void SkipItems(ref AvroReader reader, Schema item, bool isMap)
    {
        reader.Enter();
        for (var count = reader.ReadBlockCount(out _); count != 0; count = reader.ReadBlockCount(out _))
        {
            for (; count > 0; count--)
            {
                if (isMap)
                {
                    _ = reader.ReadBytes();
                }

                Skip(ref reader, item);
            }
        }

        reader.Leave();
    }
}
