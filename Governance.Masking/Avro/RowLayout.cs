using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Governance.Masking.Avro.Internal;
using Governance.Masking.Columns;

namespace Governance.Masking.Avro;

/// <summary>
/// How masked records are read whose columns all hold single values: column by column, straight from masked Avro. A warehouse takes most records
/// this way, without a text in between.
/// </summary>
public sealed class RowLayout
{
    [ThreadStatic]
    private static Utf8JsonWriter? s_json;

    [ThreadStatic]
    private static ByteBuffer? s_whole;

    [ThreadStatic]
    private static ByteBuffer? s_one;

    private readonly JsonEncodedText[] _names;

    private RowLayout(ImmutableArray<MaskedField> columns, RowColumn[] places)
    {
        Columns = columns;
        Places = places;
        _names = [.. columns.Select(column => JsonEncodedText.Encode(column.Name))];
    }

    /// <summary>The columns, in the masked record's order; each of a <see cref="ScalarType"/>.</summary>
    public ImmutableArray<MaskedField> Columns { get; }

    internal RowColumn[] Places { get; }

    /// <summary>A row as one JSON object, single values in their text form.</summary>
    /// <param name="row">The masked record's Avro body.</param>
    public ReadOnlyMemory<byte> ToJson(ReadOnlySpan<byte> row)
    {
        var whole = s_whole ??= new ByteBuffer();
        var one = s_one ??= new ByteBuffer();
        var json = s_json ??= new Utf8JsonWriter(whole);
        whole.Clear();
        json.Reset(whole);
        json.WriteStartObject();
        var reader = new AvroReader(row);
        for (var column = 0; column < Places.Length; column++)
        {
            json.WritePropertyName(_names[column]);
            if (Places[column].Next(ref reader) is not { } codec)
            {
                json.WriteNullValue();
                continue;
            }

            one.Clear();
            codec.Read(ref reader, one);
            json.WriteStringValue(one.Written);
        }

        json.WriteEndObject();
        json.Flush();
        return whole.Written.ToArray();
    }

    /// <summary>The layout of a plan's masked records; <see langword="null"/> where they hold more than single values.</summary>
    internal static RowLayout? Of(RecordNode root)
    {
        var places = new List<RowColumn>();
        foreach (var field in root.Parts)
        {
            if (field.Masked is not { } masked)
            {
                continue;
            }

            if (RowColumn.Of(field.Node) is not { } place || !place.IsOf(masked.Type))
            {
                return null;
            }

            places.Add(place);
        }

        return new RowLayout(root.Fields, [.. places]);
    }

    /// <summary>Checks that each value lies within its logical type, which copying its bytes did not.</summary>
    /// <exception cref="MalformedAvroException">One does not.</exception>
    internal void Check(ReadOnlySpan<byte> row)
    {
        var reader = new AvroReader(row);
        foreach (var place in Places)
        {
            place.Next(ref reader)?.Check(ref reader);
        }
    }
}

/// <summary>Where a column's value stands in a masked record.</summary>
/// <param name="IsUnion">Whether the number of a branch stands in front.</param>
/// <param name="Branches">How the value of each branch stands on the wire; <see langword="null"/> for null. One, where it is no union.</param>
internal readonly record struct RowColumn(bool IsUnion, ScalarCodec?[] Branches)
{
    /// <summary>The place of a node's values; <see langword="null"/> where they are not single.</summary>
    public static RowColumn? Of(PlanNode node) =>
        node is UnionNode union ? OfUnion(union)
        : CodecOf(node) is { } codec ? new RowColumn(IsUnion: false, [codec])
        : null;

    /// <summary>Moves to the value.</summary>
    /// <returns>How it stands there; <see langword="null"/> where the column is null.</returns>
    public ScalarCodec? Next(ref AvroReader reader) =>
        IsUnion ? Branches[reader.ReadIndex(Branches.Length)] : Branches[0];

    /// <summary>Whether all its values are of one type.</summary>
    public bool IsOf(MaskedType type) =>
        Array.TrueForAll(Branches, branch => branch is null || branch.Type.Equals(type));

    private static RowColumn? OfUnion(UnionNode union)
    {
        var branches = new ScalarCodec?[union.MaskedIndexes.Max() + 1];
        foreach (var (index, branch) in union.Branches.Index())
        {
            if (branch is NullNode)
            {
                continue;
            }

            if (CodecOf(branch) is not { } codec)
            {
                return null;
            }

            branches[union.MaskedIndexes[index]] = codec;
        }

        return new RowColumn(IsUnion: true, branches);
    }

    private static ScalarCodec? CodecOf(PlanNode node) =>
        node switch
        {
            PlainNode plain => plain.Codec,
            KnownNode known => CodecOf(known.Plain),
            MaskedNode masked => masked.Masked,
            WholeNode whole => whole.Masked,
            _ => null,
        };
}
