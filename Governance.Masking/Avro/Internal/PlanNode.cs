using System.Text.Json;

namespace Governance.Masking.Avro.Internal;

/// <summary>One type of the writer schema, and what the contract does with it.</summary>
internal abstract class PlanNode
{
    /// <summary>The masked type; <see langword="null"/> where nothing of the value is kept.</summary>
    public abstract MaskedType? Output { get; }

    /// <summary>Whether a masked value's bytes can differ from the plain one's.</summary>
    public abstract bool Rewrites { get; }

    /// <summary>Whether the value has no place in the masked record. Null has one, though it takes no bytes.</summary>
    public bool IsDropped => Output is null && this is not NullNode;

    /// <summary>First pass: moves over the value, checks it, and gathers what is to be masked.</summary>
    /// <exception cref="MalformedAvroException">The bytes are no value of the type.</exception>
    public abstract void Gather(ref AvroReader reader, AvroBatch batch);

    /// <summary>After masking: writes the value as one JSON value. Not called where <see cref="IsDropped"/>.</summary>
    public abstract void WriteJson(ref AvroReader reader, JsonPass pass);

    /// <summary>After masking: moves over a value of which nothing is kept.</summary>
    public abstract void Skip(ref AvroReader reader);
}

/// <summary>A pass over one record that writes JSON: where it goes, and which masked value of each column comes next.</summary>
internal sealed class JsonPass(Utf8JsonWriter json, AvroBatch? batch)
{
    private readonly Columns.ByteBuffer _plain = new();
    private int[] _next = [];

    public Utf8JsonWriter Json { get; } = json;

    /// <summary>Begins a record of the batch.</summary>
    public void Begin(int record, int columns)
    {
        if (_next.Length < columns)
        {
            _next = new int[columns];
        }

        for (var number = 0; number < columns; number++)
        {
            _next[number] = batch!.RangeOf(record, number).Start;
        }
    }

    public void WriteMasked(int column) => Json.WriteStringValue(batch!.Column(column).Masked(_next[column]++));

    public void WritePlain(ref AvroReader reader, ScalarCodec codec)
    {
        _plain.Clear();
        codec.Read(ref reader, _plain);
        Json.WriteStringValue(_plain.Written);
    }
}
