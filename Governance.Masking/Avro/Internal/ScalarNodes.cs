namespace Governance.Masking.Avro.Internal;

/// <summary>A single value that stays as it is.</summary>
internal sealed class PlainNode(ScalarCodec codec) : PlanNode
{
    public override MaskedType Output => codec.Type;

    public override void Discover(ref AvroReader reader, Discovery discovery) => codec.Skip(ref reader);

    public override void Write(ref AvroReader reader, MaskedWriter writer) => writer.WritePlain(ref reader, codec);

    public override void Skip(ref AvroReader reader) => codec.Skip(ref reader);
}

/// <summary>A single value that a method masks.</summary>
internal sealed class MaskedNode(ScalarCodec codec, ValueTreatment treatment, IdentifierUse? identifier) : PlanNode
{
    public override MaskedType Output => treatment.Masker.Output;

    public override void Discover(ref AvroReader reader, Discovery discovery)
    {
        if (identifier is null)
        {
            codec.Skip(ref reader);
            return;
        }

        discovery.Add(ref reader, codec, identifier);
    }

    public override void Write(ref AvroReader reader, MaskedWriter writer)
    {
        if (identifier is not null)
        {
            writer.TakeIdentifier();
        }

        writer.WriteMasked(ref reader, codec, treatment);
    }

    public override void Skip(ref AvroReader reader) => codec.Skip(ref reader);
}

/// <summary>An identifier that becomes its surrogate.</summary>
internal sealed class SurrogateNode(ScalarCodec codec, IdentifierUse identifier) : PlanNode
{
    public override MaskedType Output => ScalarType.Uuid;

    public override void Discover(ref AvroReader reader, Discovery discovery) =>
        discovery.Add(ref reader, codec, identifier);

    public override void Write(ref AvroReader reader, MaskedWriter writer) => writer.WriteSurrogate(ref reader, codec);

    public override void Skip(ref AvroReader reader) => codec.Skip(ref reader);
}

/// <summary>Null: no bytes.</summary>
internal sealed class NullNode : PlanNode
{
    public static NullNode Instance { get; } = new();

    public override MaskedType? Output => null;

    public override void Discover(ref AvroReader reader, Discovery discovery) { }

    public override void Write(ref AvroReader reader, MaskedWriter writer) => writer.Json.WriteNullValue();

    public override void Skip(ref AvroReader reader) { }
}

/// <summary>A value of which nothing is kept. It is still walked, so that what follows is found.</summary>
internal sealed class DroppedNode(PlanNode plain) : PlanNode
{
    public override MaskedType? Output => null;

    public override void Discover(ref AvroReader reader, Discovery discovery) => plain.Discover(ref reader, discovery);

    public override void Write(ref AvroReader reader, MaskedWriter writer) =>
        throw new InvalidOperationException("A dropped value has no place in the masked record.");

    public override void Skip(ref AvroReader reader) => plain.Skip(ref reader);
}
