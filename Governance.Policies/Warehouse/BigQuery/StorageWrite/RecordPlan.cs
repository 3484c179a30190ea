using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Policies.Warehouse.BigQuery.Tables;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>The fields of a record.</summary>
internal sealed class RecordPlan
{
    private const int BitsPerWord = 64;
    private readonly (byte[] Name, int Number, ValuePlan Value)[] _fields;
    private readonly string _path;

    private RecordPlan((byte[] Name, int Number, ValuePlan Value)[] fields, string path)
    {
        _fields = fields;
        _path = path.Length == 0 ? "a row" : $"column {path}";
    }

    public static RecordPlan Compile(
        ImmutableArray<BigQueryField> held,
        ImmutableArray<MaskedField> fields,
        string path
    ) =>
        new(
            [
                .. fields.Select(field =>
                {
                    var number = MessageShape.Number(held, field.Name);
                    var value = ValuePlan.Compile(held[number - 1], field.Type, FieldMapping.Inner(path, field.Name));
                    return (Encoding.UTF8.GetBytes(field.Name), number, value);
                }),
            ],
            path
        );

    /// <summary>Writes the fields of the object that the reader stands at the start of.</summary>
    public string? Write(ref Utf8JsonReader reader, ProtoBuffer output)
    {
        Span<ulong> seen = stackalloc ulong[(_fields.Length / BitsPerWord) + 1];
        var count = 0;
        for (var next = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; next++)
        {
            // Fields come in the schema's order, as a rule.
            var at = next < _fields.Length && reader.ValueTextEquals(_fields[next].Name) ? next : Find(ref reader);
            if (at < 0)
            {
                return $"{_path} has a field that its schema does not have";
            }

            ref var word = ref seen[at / BitsPerWord];
            var bit = 1UL << (at % BitsPerWord);
            if ((word & bit) != 0)
            {
                return $"{_path} has a field twice";
            }

            word |= bit;
            count++;
            reader.Read();
            if (
                reader.TokenType != JsonTokenType.Null
                && _fields[at].Value.Write(ref reader, output, _fields[at].Number) is { } fault
            )
            {
                return fault;
            }
        }

        return count == _fields.Length ? null : $"{_path} lacks a field of its schema";
    }

    private int Find(ref Utf8JsonReader reader)
    {
        for (var at = 0; at < _fields.Length; at++)
        {
            if (reader.ValueTextEquals(_fields[at].Name))
            {
                return at;
            }
        }

        return -1;
    }
}
