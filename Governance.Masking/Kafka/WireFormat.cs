using System.Buffers.Binary;

namespace Governance.Masking.Kafka;

/// <summary>Confluent's wire format: a zero byte, the schema id (u32, big-endian), the Avro body.</summary>
public static class WireFormat
{
    /// <summary>Length of what precedes the body.</summary>
    public const int HeaderSize = 5;

    /// <summary>Splits a value.</summary>
    /// <returns><see langword="false"/> where the value is not in the wire format.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> value, out int schemaId, out ReadOnlyMemory<byte> body)
    {
        if (value.Length < HeaderSize || value.Span[0] != 0)
        {
            schemaId = 0;
            body = default;
            return false;
        }

        schemaId = BinaryPrimitives.ReadInt32BigEndian(value.Span[1..]);
        body = value[HeaderSize..];
        return true;
    }
}
