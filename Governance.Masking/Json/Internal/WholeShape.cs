using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;

namespace Governance.Masking.Json.Internal;

/// <summary>
/// Writes the JSON text of a composite that is masked whole. It is the same as the Avro plan's of the same values, so that equal
/// composites are masked to equal values: no white space, and every single value as a string, in its type's text form.
/// </summary>
internal sealed class WholeShape
{
    private readonly string _path;
    private readonly ScalarType _type;
    private readonly FrozenDictionary<string, WholeShape> _parts;

    /// <summary>The shape of a column and of what the contract says below it.</summary>
    public WholeShape(Column column)
    {
        _path = column.Path;
        _type = ColumnTypes.Of(column);
        _parts = column.Children.ToFrozenDictionary(
            child => child.Name,
            child => new WholeShape(child),
            StringComparer.Ordinal
        );
    }

    /// <summary>Writes the value that the reader stands on.</summary>
    public void Write(ref Utf8JsonReader reader, Utf8JsonWriter json, ByteBuffer scratch)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                json.WriteStartObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    scratch.Clear();
                    JsonText.Copy(ref reader, scratch);
                    json.WritePropertyName(scratch.Written);
                    var part = _parts.Count == 0 ? this : Part(scratch.Written);
                    _ = reader.Read();
                    part.Write(ref reader, json, scratch);
                }

                json.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                json.WriteStartArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    _parts.GetValueOrDefault("", this).Write(ref reader, json, scratch);
                }

                json.WriteEndArray();
                break;
            case JsonTokenType.Null:
                json.WriteNullValue();
                break;
            default:
                scratch.Clear();
                JsonText.Read(ref reader, _path, _type, scratch);
                json.WriteStringValue(scratch.Written);
                break;
        }
    }

    // What the contract does not describe is masked along; its values are then taken by what JSON says of them.
    private WholeShape Part(ReadOnlySpan<byte> name) => _parts.GetValueOrDefault(Encoding.UTF8.GetString(name), this);
}
