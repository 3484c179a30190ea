namespace Governance.Masking.Avro.Internal;

/// <summary>One type of the writer schema, and what the contract does with it.</summary>
internal abstract class PlanNode
{
    /// <summary>The masked type; <see langword="null"/> where nothing of the value is kept.</summary>
    public abstract MaskedType? Output { get; }

    /// <summary>First pass: moves over the value, checks its structure, and collects the identifiers in it.</summary>
    public abstract void Discover(ref AvroReader reader, Discovery discovery);

    /// <summary>Second pass: writes the masked value as one JSON value. Not called where <see cref="Output"/> is null.</summary>
    public abstract void Write(ref AvroReader reader, MaskedWriter writer);

    /// <summary>Second pass: moves over a value of which nothing is kept. Identifiers in it still count as read.</summary>
    public abstract void Skip(ref AvroReader reader);
}
