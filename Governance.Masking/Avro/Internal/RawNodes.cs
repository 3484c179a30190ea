using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Avro;

namespace Governance.Masking.Avro.Internal;

/// <summary>
/// Nodes for a value that is masked or dropped whole: they know the writer schema alone, no contract. What they write is
/// never passed on as it is.
/// </summary>
internal sealed class RawNodes
{
    // A schema names a type once and uses it often: a short one can stand for billions of nodes, or for a chain of records
    // that no stack is deep enough for.
    private const int MaximumNodes = 10_000;
    private const int MaximumDepth = 64;

    private int _nodes;

    private RawNodes() { }

    /// <summary>The nodes of a type.</summary>
    /// <exception cref="UnsupportedTypeException">The type holds itself, or too much.</exception>
    public static PlanNode For(Schema schema) => new RawNodes().Make(schema, []);

    private PlanNode Make(Schema schema, ImmutableHashSet<string> within)
    {
        if (++_nodes > MaximumNodes || within.Count > MaximumDepth)
        {
            throw new UnsupportedTypeException(
                $"its type, with every named type written out, has more than {MaximumNodes} parts, or records more than {MaximumDepth} deep: describe its parts in the contract, or use a smaller type"
            );
        }

        if (ScalarCodecs.For(schema) is { } codec)
        {
            return new PlainNode(codec);
        }

        return schema switch
        {
            RecordSchema record => new RecordNode([
                .. record.Fields.Select(field => new NodeField(
                    JsonEncodedText.Encode(field.Name),
                    Make(field.Schema, Enter(record, within)),
                    Nullable: true
                )),
            ]),
            ArraySchema array => new ArrayNode(Make(array.ItemSchema, within), itemNullable: true),
            MapSchema map => new MapNode(
                "",
                FrozenDictionary<string, PlanNode>.Empty,
                Make(map.ValueSchema, within),
                ScalarType.Text,
                valueNullable: true
            ),
            UnionSchema union => new UnionNode(
                [.. union.Schemas.Select(branch => Make(branch, within))],
                ScalarType.Text,
                [.. Enumerable.Range(0, union.Schemas.Count)]
            ),
            _ => NullNode.Instance,
        };
    }

    private static ImmutableHashSet<string> Enter(RecordSchema record, ImmutableHashSet<string> within) =>
        within.Contains(record.Fullname)
            ? throw new UnsupportedTypeException(
                $"the record type {record.Fullname} holds itself, which no column can hold"
            )
            : within.Add(record.Fullname);
}
