using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Governance.Masking.Avro.Internal;

/// <summary>A named part of a composite.</summary>
internal readonly record struct NodeField(JsonEncodedText Name, PlanNode Node, bool Nullable)
{
    public MaskedField? Masked => Node.Output is { } type ? new MaskedField(Name.Value, type, Nullable) : null;
}

/// <summary>A record: its fields in the schema's order.</summary>
internal sealed class RecordNode(ImmutableArray<NodeField> fields) : PlanNode
{
    public ImmutableArray<MaskedField> Fields { get; } =
    [.. fields.Select(field => field.Masked).OfType<MaskedField>()];

    public override MaskedType? Output => Fields.IsEmpty ? null : new StructType(Fields);

    public override void Discover(ref AvroReader reader, Discovery discovery)
    {
        reader.Enter();
        foreach (var field in fields)
        {
            field.Node.Discover(ref reader, discovery);
        }

        reader.Leave();
    }

    public override void Write(ref AvroReader reader, MaskedWriter writer)
    {
        reader.Enter();
        writer.Json.WriteStartObject();
        foreach (var field in fields)
        {
            if (field.Node.Output is null)
            {
                field.Node.Skip(ref reader);
                continue;
            }

            writer.Json.WritePropertyName(field.Name);
            field.Node.Write(ref reader, writer);
        }

        writer.Json.WriteEndObject();
        reader.Leave();
    }

    public override void Skip(ref AvroReader reader)
    {
        reader.Enter();
        foreach (var field in fields)
        {
            field.Node.Skip(ref reader);
        }

        reader.Leave();
    }
}

/// <summary>An array.</summary>
internal sealed class ArrayNode(PlanNode item, bool itemNullable) : PlanNode
{
    public override MaskedType? Output => item.Output is { } type ? new ListType(type, itemNullable) : null;

    public override void Discover(ref AvroReader reader, Discovery discovery)
    {
        reader.Enter();
        for (var count = reader.ReadBlockCount(); count != 0; count = reader.ReadBlockCount())
        {
            for (; count > 0; count--)
            {
                item.Discover(ref reader, discovery);
            }
        }

        reader.Leave();
    }

    public override void Write(ref AvroReader reader, MaskedWriter writer)
    {
        reader.Enter();
        writer.Json.WriteStartArray();
        for (var count = reader.ReadBlockCount(); count != 0; count = reader.ReadBlockCount())
        {
            for (; count > 0; count--)
            {
                item.Write(ref reader, writer);
            }
        }

        writer.Json.WriteEndArray();
        reader.Leave();
    }

    public override void Skip(ref AvroReader reader)
    {
        reader.Enter();
        for (var count = reader.ReadBlockCount(); count != 0; count = reader.ReadBlockCount())
        {
            for (; count > 0; count--)
            {
                item.Skip(ref reader);
            }
        }

        reader.Leave();
    }
}

/// <summary>
/// A map whose keys the contract names; a key that it does not name is not passed on, the event goes to quarantine. Where the
/// map is masked whole, <paramref name="anyKey"/> takes them all.
/// </summary>
internal sealed class MapNode(
    string path,
    FrozenDictionary<string, PlanNode> keys,
    PlanNode? anyKey,
    MaskedType? value,
    bool valueNullable
) : PlanNode
{
    private readonly FrozenDictionary<string, PlanNode>.AlternateLookup<ReadOnlySpan<char>> _keys =
        keys.GetAlternateLookup<ReadOnlySpan<char>>();

    public override MaskedType? Output => value is null ? null : new MapType(value, valueNullable);

    public override void Discover(ref AvroReader reader, Discovery discovery)
    {
        reader.Enter();
        for (var count = reader.ReadBlockCount(); count != 0; count = reader.ReadBlockCount())
        {
            for (; count > 0; count--)
            {
                Find(reader.ReadBytes()).Discover(ref reader, discovery);
            }
        }

        reader.Leave();
    }

    public override void Write(ref AvroReader reader, MaskedWriter writer)
    {
        reader.Enter();
        writer.Json.WriteStartObject();
        for (var count = reader.ReadBlockCount(); count != 0; count = reader.ReadBlockCount())
        {
            for (; count > 0; count--)
            {
                var key = reader.ReadBytes();
                var node = Find(key);
                if (node.Output is null && node is DroppedNode)
                {
                    node.Skip(ref reader);
                    continue;
                }

                writer.Json.WritePropertyName(key);
                node.Write(ref reader, writer);
            }
        }

        writer.Json.WriteEndObject();
        reader.Leave();
    }

    public override void Skip(ref AvroReader reader)
    {
        reader.Enter();
        for (var count = reader.ReadBlockCount(); count != 0; count = reader.ReadBlockCount())
        {
            for (; count > 0; count--)
            {
                Find(reader.ReadBytes()).Skip(ref reader);
            }
        }

        reader.Leave();
    }

    private PlanNode Find(ReadOnlySpan<byte> key)
    {
        if (anyKey is not null)
        {
            return anyKey;
        }

        Span<char> characters = stackalloc char[256];
        if (
            key.Length <= characters.Length
            && Encoding.UTF8.TryGetChars(key, characters, out var length)
            && _keys.TryGetValue(characters[..length], out var node)
        )
        {
            return node;
        }

        throw new MalformedAvroException(
            EventFaults.UnclassifiedField,
            $"{path} holds a key that the contract does not name"
        );
    }
}

/// <summary>A union: null, or one branch that becomes the column itself, or several that become one column of one type.</summary>
internal sealed class UnionNode(ImmutableArray<PlanNode> branches, MaskedType? output) : PlanNode
{
    public override MaskedType? Output => output;

    public override void Discover(ref AvroReader reader, Discovery discovery)
    {
        reader.Enter();
        branches[reader.ReadIndex(branches.Length)].Discover(ref reader, discovery);
        reader.Leave();
    }

    public override void Write(ref AvroReader reader, MaskedWriter writer)
    {
        reader.Enter();
        branches[reader.ReadIndex(branches.Length)].Write(ref reader, writer);
        reader.Leave();
    }

    public override void Skip(ref AvroReader reader)
    {
        reader.Enter();
        branches[reader.ReadIndex(branches.Length)].Skip(ref reader);
        reader.Leave();
    }
}

/// <summary>One branch of a plain union of several types: the field of a struct that is named for the branch's type.</summary>
internal sealed class BranchNode(JsonEncodedText name, PlanNode value) : PlanNode
{
    public override MaskedType? Output => value.Output;

    public override void Discover(ref AvroReader reader, Discovery discovery) => value.Discover(ref reader, discovery);

    public override void Write(ref AvroReader reader, MaskedWriter writer)
    {
        writer.Json.WriteStartObject();
        writer.Json.WritePropertyName(name);
        value.Write(ref reader, writer);
        writer.Json.WriteEndObject();
    }

    public override void Skip(ref AvroReader reader) => value.Skip(ref reader);
}

/// <summary>A composite that is masked whole: its JSON text is the value. Fields keep their names inside the masked text.</summary>
internal sealed class WholeNode(PlanNode plain, ValueTreatment treatment) : PlanNode
{
    public override MaskedType Output => treatment.Masker.Output;

    public override void Discover(ref AvroReader reader, Discovery discovery) => plain.Discover(ref reader, discovery);

    public override void Write(ref AvroReader reader, MaskedWriter writer)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            plain.Write(ref reader, writer.To(json));
        }

        writer.WriteMasked(text.WrittenSpan, treatment);
    }

    public override void Skip(ref AvroReader reader) => plain.Skip(ref reader);
}
