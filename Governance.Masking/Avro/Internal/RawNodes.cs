using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Avro;

namespace Governance.Masking.Avro.Internal;

/// <summary>
/// Nodes for a value that is masked or dropped whole: they know the writer schema alone, no contract. What they write is
/// never passed on as it is.
/// </summary>
internal static class RawNodes
{
    /// <summary>The nodes of a type.</summary>
    /// <exception cref="UnsupportedTypeException">The type holds itself.</exception>
    public static PlanNode For(Schema schema) => For(schema, []);

    private static PlanNode For(Schema schema, ImmutableHashSet<string> within)
    {
        if (ScalarCodecs.For(schema) is { } codec)
        {
            return new PlainNode(codec);
        }

        return schema switch
        {
            RecordSchema record => new RecordNode([
                .. record.Fields.Select(field => new NodeField(
                    JsonEncodedText.Encode(field.Name),
                    For(field.Schema, Enter(record, within)),
                    Nullable: true
                )),
            ]),
            ArraySchema array => new ArrayNode(For(array.ItemSchema, within), itemNullable: true),
            MapSchema map => new MapNode(
                "",
                FrozenDictionary<string, PlanNode>.Empty,
                For(map.ValueSchema, within),
                ScalarType.Text,
                valueNullable: true
            ),
            UnionSchema union => new UnionNode(
                [.. union.Schemas.Select(branch => For(branch, within))],
                ScalarType.Text
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
