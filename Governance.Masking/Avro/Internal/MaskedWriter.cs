using System.Buffers;
using System.Text.Json;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Masking.Vault;

namespace Governance.Masking.Avro.Internal;

/// <summary>What the second pass over a record works with.</summary>
internal sealed class MaskedWriter(
    Utf8JsonWriter json,
    RecordIdentifiers identifiers,
    IReadOnlyDictionary<IdentifierKey, ResolvedIdentifier> resolved
)
{
    private readonly ArrayBufferWriter<byte> _plain = new();
    private readonly ArrayBufferWriter<byte> _masked = new();
    private int _next;

    /// <summary>Where the masked record goes.</summary>
    public Utf8JsonWriter Json { get; } = json;

    /// <summary>The same record, written elsewhere.</summary>
    public MaskedWriter To(Utf8JsonWriter other) => new(other, identifiers, resolved);

    /// <summary>The next identifier of the record: both passes meet them in the same order.</summary>
    public IdentifierKey TakeIdentifier() => identifiers.Found[_next++].Key;

    /// <summary>Writes a value whose contract keeps it plain.</summary>
    public void WritePlain(ref AvroReader reader, ScalarCodec codec)
    {
        _plain.ResetWrittenCount();
        codec.Read(ref reader, _plain);
        Json.WriteStringValue(_plain.WrittenSpan);
    }

    /// <summary>Writes the surrogate of the next identifier.</summary>
    public void WriteSurrogate(ref AvroReader reader, ScalarCodec codec)
    {
        codec.Skip(ref reader);
        Json.WriteStringValue(resolved[TakeIdentifier()].Surrogate);
    }

    /// <summary>Writes a masked value.</summary>
    public void WriteMasked(ref AvroReader reader, ScalarCodec codec, ValueTreatment treatment)
    {
        _plain.ResetWrittenCount();
        codec.Read(ref reader, _plain);
        WriteMasked(_plain.WrittenSpan, treatment);
    }

    /// <summary>Writes a masked value from its text form.</summary>
    public void WriteMasked(ReadOnlySpan<byte> plain, ValueTreatment treatment)
    {
        _masked.ResetWrittenCount();
        treatment.Masker.Mask(
            plain,
            new Columns.ValueContext(treatment.Masker.NeedsSubjectKey ? SubjectKey(treatment) : null, []),
            _masked
        );
        Json.WriteStringValue(_masked.WrittenSpan);
    }

    private SubjectKey SubjectKey(ValueTreatment treatment) =>
        identifiers.TryGetSlot(treatment.SubjectSlot, out var key)
            ? resolved[key].Key
            : throw new MalformedAvroException(
                EventFaults.MissingSubject,
                $"{treatment.Path} is to be sealed, but the record names no subject"
            );
}

/// <summary>How values of one column are masked.</summary>
/// <param name="Path">The column.</param>
/// <param name="Masker">The masker.</param>
/// <param name="SubjectSlot">Where the key of the sealing identifier is noted; -1 where none is needed.</param>
internal sealed record ValueTreatment(string Path, IValueMasker Masker, int SubjectSlot);
