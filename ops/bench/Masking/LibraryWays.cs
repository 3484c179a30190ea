using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Avro;
using Avro.Generic;
using Avro.IO;
using Governance.Bench.Measuring;

namespace Governance.Bench.Masking;

/// <summary>
/// What a team would write in an afternoon: Apache's Avro library reads each record, its fields are masked one after another, and the
/// library writes it again. Reader, writer, record and streams are used again and again.
/// </summary>
internal static class LibraryWays
{
    /// <summary>An HMAC-SHA-256 of each field, in base64.</summary>
    public static Way Hmac(EnergyRecords records, ImmutableArray<string> fields)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        return Of("naive", records, fields, value => Hash(key, value));
    }

    /// <summary>Each field encrypted by an AES-GCM made for it, nonce and tag beside it, in base64: as client-side field encryption does.</summary>
    public static Way AesGcm(EnergyRecords records, ImmutableArray<string> fields)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        return Of("AesGcm", records, fields, value => Encrypt(key, value));
    }

    private static string Hash(byte[] key, string value)
    {
        Span<byte> text = stackalloc byte[256];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(key, text[..Encoding.UTF8.GetBytes(value, text)], hash);
        return Convert.ToBase64String(hash);
    }

    private static string Encrypt(byte[] key, string value)
    {
        const int nonce = 12;
        const int tag = 16;
        Span<byte> text = stackalloc byte[256];
        text = text[..Encoding.UTF8.GetBytes(value, text)];
        Span<byte> whole = stackalloc byte[nonce + text.Length + tag];
        RandomNumberGenerator.Fill(whole[..nonce]);
        using var aes = new AesGcm(key, tag);
        aes.Encrypt(whole[..nonce], text, whole.Slice(nonce, text.Length), whole[^tag..]);
        return Convert.ToBase64String(whole);
    }

    private static Way Of(string name, EnergyRecords records, ImmutableArray<string> fields, Func<string, string> mask)
    {
        var schema = (RecordSchema)Schema.Parse(records.SchemaText);
        var positions = fields.Select(field => schema[field].Pos).ToArray();
        var reader = new GenericDatumReader<GenericRecord>(schema, schema);
        var writer = new GenericDatumWriter<GenericRecord>(schema);
        var record = new GenericRecord(schema);
        var output = new MemoryStream(1 << 20);
        var encoder = new BinaryEncoder(output);
        var batches = new BatchCursor(records);
        var inputs = batches.All.Select(batch => Together(records, batch)).ToArray();
        var step = 0;
        return new Way(
            name,
            BatchCursor.Length,
            () =>
            {
                var input = inputs[step];
                step = (step + 1) % inputs.Length;
                input.Position = 0;
                var decoder = new BinaryDecoder(input);
                output.SetLength(0);
                for (var index = 0; index < BatchCursor.Length; index++)
                {
                    record = reader.Read(record, decoder);
                    foreach (var position in positions)
                    {
                        record.Add(position, mask((string)record.GetValue(position)));
                    }

                    writer.Write(record, encoder);
                }
            }
        );
    }

    private static MemoryStream Together(EnergyRecords records, Range batch)
    {
        var stream = new MemoryStream();
        for (var index = batch.Start.Value; index < batch.End.Value; index++)
        {
            stream.Write(records[index].Span);
        }

        return stream;
    }
}
