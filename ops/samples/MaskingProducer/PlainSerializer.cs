using System.Buffers.Binary;
using Avro;
using Avro.Generic;
using Avro.IO;
using Confluent.Kafka;
using Governance.Masking.Kafka;

namespace MaskingProducer;

/// <summary>Stands for the serializer that a producer has already, such as Confluent's: a zero byte, the schema's id, the record.</summary>
internal sealed class PlainSerializer(ISchemaRegistry registry) : IAsyncSerializer<GenericRecord>
{
    public async Task<byte[]> SerializeAsync(GenericRecord data, SerializationContext context)
    {
        var id = await registry.RegisterAsync($"{context.Topic}-value", data.Schema.ToString(), default);
        using var stream = new MemoryStream();
        stream.SetLength(WireFormat.HeaderSize);
        stream.Position = WireFormat.HeaderSize;
        new GenericDatumWriter<GenericRecord>(data.Schema).Write(data, new BinaryEncoder(stream));
        var bytes = stream.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), id);
        return bytes;
    }
}

/// <summary>A record as a producer makes it.</summary>
internal static class SignUp
{
    private static readonly RecordSchema Schema = (RecordSchema)
        Avro.Schema.Parse(
            """
            {"type":"record","name":"SignUp","fields":[
              {"name":"email","type":"string"},{"name":"name","type":"string"},
              {"name":"born","type":{"type":"int","logicalType":"date"}},{"name":"plan","type":"string"}]}
            """
        );

    public static GenericRecord Of(string email, string name)
    {
        var record = new GenericRecord(Schema);
        record.Add("email", email);
        record.Add("name", name);
        record.Add("born", new DateTime(1815, 12, 10, 0, 0, 0, DateTimeKind.Utc));
        record.Add("plan", "basic");
        return record;
    }
}
