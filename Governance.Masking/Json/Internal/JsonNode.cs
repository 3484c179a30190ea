using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Methods;

namespace Governance.Masking.Json.Internal;

/// <summary>A column, and what the contract does with its values.</summary>
internal abstract class JsonNode
{
    /// <summary>Whether its values have no place in the masked object.</summary>
    public virtual bool IsDropped => false;

    /// <summary>
    /// Moves over a value that is not null, gathers what is to be masked in it and notes what is cut out. The reader stands on the value's first token, and in the
    /// end on its last.
    /// </summary>
    /// <exception cref="UnmaskableValueException">It is not what the contract says.</exception>
    public abstract void Gather(ref Utf8JsonReader reader, JsonBatch batch);

    private protected static UnmaskableValueException WrongShape(string path, string expected) =>
        new(EventFaults.MalformedJson, $"{path} is not {expected}, as the contract says");
}

/// <summary>A value that stays as it is; maskers of free text may be told of it.</summary>
internal sealed class PlainNode(string path, ScalarType type, ColumnTreatment? known) : JsonNode
{
    public override void Gather(ref Utf8JsonReader reader, JsonBatch batch)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            throw new UnmaskableValueException(
                EventFaults.UnclassifiedField,
                $"{path} has parts that no column classifies"
            );
        }

        if (known is not null)
        {
            JsonText.Read(ref reader, path, type, batch.Column(known.Number).PlainBytes);
            batch.EndValue(known);
        }
        else if (type.Kind != ScalarKind.Text)
        {
            // What the contract calls a number must be none of a person's words: they would stay plain.
            batch.Scratch.Clear();
            JsonText.Read(ref reader, path, type, batch.Scratch);
        }
    }
}

/// <summary>A value of which nothing is kept; maskers of free text may be told of it.</summary>
internal sealed class DroppedNode(string path, ColumnTreatment? known) : JsonNode
{
    public override bool IsDropped => true;

    public override void Gather(ref Utf8JsonReader reader, JsonBatch batch)
    {
        if (known is null || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        JsonText.Read(ref reader, path, ScalarType.Text, batch.Column(known.Number).PlainBytes);
        batch.EndValue(known);
    }
}

/// <summary>A value that a method masks, or that becomes its surrogate. A composite is masked whole: its JSON text is the value.</summary>
internal sealed class MaskedNode(ScalarType type, WholeShape? whole, ColumnTreatment treatment) : JsonNode
{
    public override void Gather(ref Utf8JsonReader reader, JsonBatch batch)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            JsonText.Read(ref reader, treatment.Path, type, batch.Column(treatment.Number).PlainBytes);
        }
        else if (whole is null)
        {
            throw WrongShape(treatment.Path, "a single value");
        }
        else
        {
            var text = batch.BeginWhole(treatment.Number);
            whole.Write(ref reader, text, batch.Scratch);
            text.Flush();
        }

        batch.EndMasked(treatment, start, (int)reader.BytesConsumed);
    }
}

/// <summary>An array.</summary>
internal sealed class ArrayNode(string path, JsonNode item) : JsonNode
{
    public override bool IsDropped => item.IsDropped;

    public override void Gather(ref Utf8JsonReader reader, JsonBatch batch)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw WrongShape(path, "an array");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            batch.Gather(ref reader, item);
        }
    }
}
