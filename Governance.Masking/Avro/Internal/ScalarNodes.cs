using Governance.Masking.Columns;

namespace Governance.Masking.Avro.Internal;

/// <summary>A single value that stays as it is.</summary>
internal sealed class PlainNode(ScalarCodec codec) : PlanNode
{
    public override MaskedType Output => codec.Type;

    public override bool Rewrites => false;

    /// <summary>How it is walked in a run of such values.</summary>
    public PlainStep Step { get; } = codec.Step;

    /// <summary>How it stands on the wire.</summary>
    public ScalarCodec Codec => codec;

    public override void Gather(ref AvroReader reader, AvroBatch batch) => reader.Pass([Step]);

    public override void WriteJson(ref AvroReader reader, JsonPass pass) => pass.WritePlain(ref reader, codec);

    public override void Skip(ref AvroReader reader) => codec.Skip(ref reader);
}

/// <summary>A single value that stays as it is, or is dropped, and is told to maskers of free text in the same record.</summary>
internal sealed class KnownNode(PlanNode plain, ScalarCodec codec, ColumnTreatment treatment) : PlanNode
{
    public override MaskedType? Output => plain.Output;

    public override bool Rewrites => plain.Rewrites;

    /// <summary>What is done with the value itself.</summary>
    public PlanNode Plain => plain;

    public override void Gather(ref AvroReader reader, AvroBatch batch)
    {
        codec.Read(ref reader, batch.Column(treatment.Number).PlainBytes);
        batch.EndValue(treatment);
    }

    public override void WriteJson(ref AvroReader reader, JsonPass pass) => plain.WriteJson(ref reader, pass);

    public override void Skip(ref AvroReader reader) => codec.Skip(ref reader);
}

/// <summary>A single value that a method masks, or that becomes its surrogate.</summary>
/// <param name="codec">How the plain value stands on the wire.</param>
/// <param name="masked">How the masked value stands on the wire.</param>
/// <param name="treatment">What is done.</param>
internal sealed class MaskedNode(ScalarCodec codec, ScalarCodec masked, ColumnTreatment treatment) : PlanNode
{
    // Almost every masked value is a string, which is its own text form.
    private readonly bool _isText = codec is { Step.Wire: WireType.Text, Type.Kind: ScalarKind.Text };

    public override MaskedType Output => treatment.Masker!.Output;

    public override bool Rewrites => true;

    /// <summary>How the masked value stands on the wire.</summary>
    public ScalarCodec Masked => masked;

    public ColumnTreatment Treatment => treatment;

    public override void Gather(ref AvroReader reader, AvroBatch batch)
    {
        var start = reader.Position;
        var column = batch.Column(treatment.Number);
        if (_isText)
        {
            column.PlainBytes.Write(reader.ReadText());
        }
        else
        {
            codec.Read(ref reader, column.PlainBytes);
        }

        batch.EndMasked(treatment, masked, start, reader.Position);
    }

    public override void WriteJson(ref AvroReader reader, JsonPass pass)
    {
        codec.Skip(ref reader);
        pass.WriteMasked(treatment.Number);
    }

    public override void Skip(ref AvroReader reader) => codec.Skip(ref reader);
}

/// <summary>Null: no bytes.</summary>
internal sealed class NullNode : PlanNode
{
    public static NullNode Instance { get; } = new();

    public override MaskedType? Output => null;

    public override bool Rewrites => false;

    public override void Gather(ref AvroReader reader, AvroBatch batch) { }

    public override void WriteJson(ref AvroReader reader, JsonPass pass) => pass.Json.WriteNullValue();

    public override void Skip(ref AvroReader reader) { }
}

/// <summary>A value of which nothing is kept. It is still walked, so that what follows is found.</summary>
internal sealed class DroppedNode(PlanNode plain) : PlanNode
{
    public override MaskedType? Output => null;

    public override bool Rewrites => true;

    public override void Gather(ref AvroReader reader, AvroBatch batch) => plain.Gather(ref reader, batch);

    public override void WriteJson(ref AvroReader reader, JsonPass pass) =>
        throw new InvalidOperationException("A dropped value has no place in the masked record.");

    public override void Skip(ref AvroReader reader) => plain.Skip(ref reader);
}

/// <summary>A composite that is masked whole: its JSON text is the value. Fields keep their names inside the masked text.</summary>
internal sealed class WholeNode(PlanNode plain, ScalarCodec masked, ColumnTreatment treatment) : PlanNode
{
    public override MaskedType Output => treatment.Masker!.Output;

    public override bool Rewrites => true;

    /// <summary>How the masked value stands on the wire.</summary>
    public ScalarCodec Masked => masked;

    public ColumnTreatment Treatment => treatment;

    public override void Gather(ref AvroReader reader, AvroBatch batch)
    {
        var start = reader.Position;
        var text = batch.BeginWhole(treatment.Number);
        plain.WriteJson(ref reader, text);
        text.Json.Flush();
        batch.EndMasked(treatment, masked, start, reader.Position);
    }

    public override void WriteJson(ref AvroReader reader, JsonPass pass)
    {
        plain.Skip(ref reader);
        pass.WriteMasked(treatment.Number);
    }

    public override void Skip(ref AvroReader reader) => plain.Skip(ref reader);
}
