using System.Buffers;
using Governance.Masking.Vault;

namespace Governance.Masking.Avro.Internal;

/// <summary>What the first pass over a record works with.</summary>
internal sealed class Discovery(RecordIdentifiers identifiers, Identifiers vault)
{
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>Reads an identifier and notes it under its blind index.</summary>
    public void Add(ref AvroReader reader, ScalarCodec codec, IdentifierUse use)
    {
        _text.ResetWrittenCount();
        codec.Read(ref reader, _text);
        if (!vault.TryGetKey(use.Domain, _text.WrittenSpan, out var key))
        {
            throw new MalformedAvroException(
                EventFaults.InvalidIdentifier,
                $"{use.Path} holds no identifier of domain {use.Domain}"
            );
        }

        identifiers.Add(new FoundIdentifier(key, _text.WrittenSpan.ToArray(), use.Link), use.Slot);
    }
}
