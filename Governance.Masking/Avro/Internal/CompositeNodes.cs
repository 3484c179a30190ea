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
    private readonly Part[] _parts = Walk(fields);

    /// <summary>The fields that are kept.</summary>
    public ImmutableArray<MaskedField> Fields { get; } =
    [.. fields.Select(field => field.Masked).OfType<MaskedField>()];

    /// <summary>All fields, in the writer schema's order.</summary>
    public ImmutableArray<NodeField> Parts => fields;

    public override MaskedType? Output { get; } =
        fields.Select(field => field.Masked).OfType<MaskedField>().ToImmutableArray() is { IsEmpty: false } kept
            ? new StructType(kept)
            : null;

    public override bool Rewrites { get; } = fields.Any(field => field.Node.Rewrites || field.Node.Output is null);

    public override void Gather(ref AvroReader reader, AvroBatch batch)
    {
        reader.Enter();
        foreach (ref readonly var part in _parts.AsSpan())
        {
            if (part.Run is { } run)
            {
                reader.Pass(run);
            }
            else if (part.Dropped)
            {
                batch.GatherDropped(ref reader, part.Node!);
            }
            else
            {
                part.Node!.Gather(ref reader, batch);
            }
        }

        reader.Leave();
    }

    public override void WriteJson(ref AvroReader reader, JsonPass pass)
    {
        reader.Enter();
        pass.Json.WriteStartObject();
        foreach (var field in fields)
        {
            if (field.Node.Output is null)
            {
                field.Node.Skip(ref reader);
                continue;
            }

            pass.Json.WritePropertyName(field.Name);
            field.Node.WriteJson(ref reader, pass);
        }

        pass.Json.WriteEndObject();
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

    // Runs of values that stay as they are, and what stands between them.
    private static Part[] Walk(ImmutableArray<NodeField> fields)
    {
        var parts = new List<Part>();
        var run = new List<PlainStep>();
        foreach (var field in fields)
        {
            if (PlainStep.For(field.Node) is { } step)
            {
                run.Add(step);
                continue;
            }

            EndRun();
            parts.Add(new Part(null, field.Node, field.Node.Output is null));
        }

        EndRun();
        return [.. parts];

        void EndRun()
        {
            if (run.Count > 0)
            {
                parts.Add(new Part([.. run], null, Dropped: false));
                run.Clear();
            }
        }
    }

    private readonly record struct Part(PlainStep[]? Run, PlanNode? Node, bool Dropped);
}

/// <summary>An array.</summary>
internal sealed class ArrayNode(PlanNode item, bool itemNullable) : PlanNode
{
    public PlanNode Item => item;

    public override MaskedType? Output { get; } = item.Output is { } type ? new ListType(type, itemNullable) : null;

    public override bool Rewrites => item.Rewrites;

    public override void Gather(ref AvroReader reader, AvroBatch batch)
    {
        reader.Enter();
        while (true)
        {
            var start = reader.Position;
            var count = reader.ReadBlockCount(out var sized);
            if (count == 0)
            {
                break;
            }

            if (sized && Rewrites)
            {
                // The block's size in bytes no longer holds: the masked block is written without it.
                batch.AddNumber(start, reader.Position, count);
            }

            for (; count > 0; count--)
            {
                item.Gather(ref reader, batch);
            }
        }

        reader.Leave();
    }

    public override void WriteJson(ref AvroReader reader, JsonPass pass)
    {
        reader.Enter();
        pass.Json.WriteStartArray();
        for (var count = reader.ReadBlockCount(out _); count != 0; count = reader.ReadBlockCount(out _))
        {
            for (; count > 0; count--)
            {
                item.WriteJson(ref reader, pass);
            }
        }

        pass.Json.WriteEndArray();
        reader.Leave();
    }

    public override void Skip(ref AvroReader reader)
    {
        reader.Enter();
        for (var count = reader.ReadBlockCount(out _); count != 0; count = reader.ReadBlockCount(out _))
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

    public override MaskedType? Output { get; } = value is null ? null : new MapType(value, valueNullable);

    public override bool Rewrites { get; } = keys.Values.Any(node => node.Rewrites);

    /// <summary>What is done with the values of the keys that are kept.</summary>
    public IEnumerable<PlanNode> Kept => keys.Values.Where(node => !node.IsDropped);

    public override void Gather(ref AvroReader reader, AvroBatch batch)
    {
        reader.Enter();
        while (true)
        {
            var start = reader.Position;
            var count = reader.ReadBlockCount(out var sized);
            if (count == 0)
            {
                break;
            }

            // A key that is dropped changes the count, and any change the size: what stands in front is known at the block's end.
            var header = Rewrites ? batch.AddNumber(start, reader.Position, count) : -1;
            var kept = count;
            for (; count > 0; count--)
            {
                var entry = reader.Position;
                var node = Find(reader.ReadText());
                if (node.IsDropped)
                {
                    batch.GatherDropped(ref reader, node, entry);
                    kept--;
                }
                else
                {
                    node.Gather(ref reader, batch);
                }
            }

            if (header >= 0)
            {
                // An empty block would end the map.
                batch.SetNumber(header, kept == 0 ? null : kept);
            }
        }

        reader.Leave();
    }

    public override void WriteJson(ref AvroReader reader, JsonPass pass)
    {
        reader.Enter();
        pass.Json.WriteStartObject();
        for (var count = reader.ReadBlockCount(out _); count != 0; count = reader.ReadBlockCount(out _))
        {
            for (; count > 0; count--)
            {
                var key = reader.ReadText();
                var node = Find(key);
                // The keys of a map that is masked whole say something, whatever they point at.
                if (anyKey is null && node.IsDropped)
                {
                    node.Skip(ref reader);
                    continue;
                }

                pass.Json.WritePropertyName(key);
                node.WriteJson(ref reader, pass);
            }
        }

        pass.Json.WriteEndObject();
        reader.Leave();
    }

    public override void Skip(ref AvroReader reader)
    {
        reader.Enter();
        for (var count = reader.ReadBlockCount(out _); count != 0; count = reader.ReadBlockCount(out _))
        {
            for (; count > 0; count--)
            {
                Find(reader.ReadText()).Skip(ref reader);
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
/// <param name="branches">One for each branch of the writer schema.</param>
/// <param name="output">The masked type.</param>
/// <param name="maskedIndexes">
/// For each branch its place in the masked union: branches of several types that are masked to one type become one branch.
/// </param>
internal sealed class UnionNode(
    ImmutableArray<PlanNode> branches,
    MaskedType? output,
    ImmutableArray<int> maskedIndexes
) : PlanNode
{
    private readonly bool _renumbers = !maskedIndexes.SequenceEqual(Enumerable.Range(0, branches.Length));

    public ImmutableArray<PlanNode> Branches => branches;

    public ImmutableArray<int> MaskedIndexes => maskedIndexes;

    public override MaskedType? Output => output;

    public override bool Rewrites { get; } =
        branches.Any(branch => branch.Rewrites) || !maskedIndexes.SequenceEqual(Enumerable.Range(0, branches.Length));

    public override void Gather(ref AvroReader reader, AvroBatch batch)
    {
        reader.Enter();
        var start = reader.Position;
        var index = reader.ReadIndex(branches.Length);
        if (_renumbers && maskedIndexes[index] != index)
        {
            _ = batch.AddNumber(start, reader.Position, maskedIndexes[index]);
        }

        branches[index].Gather(ref reader, batch);
        reader.Leave();
    }

    public override void WriteJson(ref AvroReader reader, JsonPass pass)
    {
        reader.Enter();
        branches[reader.ReadIndex(branches.Length)].WriteJson(ref reader, pass);
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
    public PlanNode Value => value;

    public override MaskedType? Output => value.Output;

    public override bool Rewrites => value.Rewrites;

    public override void Gather(ref AvroReader reader, AvroBatch batch) => value.Gather(ref reader, batch);

    public override void WriteJson(ref AvroReader reader, JsonPass pass)
    {
        pass.Json.WriteStartObject();
        pass.Json.WritePropertyName(name);
        value.WriteJson(ref reader, pass);
        pass.Json.WriteEndObject();
    }

    public override void Skip(ref AvroReader reader) => value.Skip(ref reader);
}
