using System.Buffers.Binary;
using Avro.Generic;
using Avro.IO;

namespace Governance.Api.Sandbox.Generator;

/// <summary>Confluent's wire format: a zero byte, the schema's id (big-endian), then the Avro body.</summary>
internal static class AvroWire
{
    public static byte[] Encode(int schemaId, GenericRecord record)
    {
        using var stream = new MemoryStream();
        Span<byte> head = stackalloc byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head[1..], schemaId);
        stream.Write(head);
        new GenericDatumWriter<GenericRecord>(record.Schema).Write(record, new BinaryEncoder(stream));
        return stream.ToArray();
    }
}
