using System.Text.Json;
using System.Text.Json.Nodes;
using Avro;
using Avro.File;
using Avro.Generic;
using Avro.IO;
using Governance.Masking.Avro.Files;
using Governance.Tests.Support;

namespace Governance.Tests.Avro.Files;

/// <summary>Files that others wrote are read, and others read what is written here: Apache's library, and avsc of npm.</summary>
public sealed class AvroFileTests
{
    private const string Schema = """
        {"type":"record","name":"Note","fields":[
          {"name":"id","type":"string"},
          {"name":"stars","type":["null","int"]},
          {"name":"tags","type":{"type":"map","values":{"type":"array","items":"double"}}}]}
        """;

    private static readonly RecordSchema Parsed = (RecordSchema)global::Avro.Schema.Parse(Schema);

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    public async Task OpenAsync_AFileOfApachesLibrary_GivesItsRecordsBytes(string codec)
    {
        var records = Enumerable.Range(0, 500).Select(Record).ToArray();
        using var file = new MemoryStream();
        var writer = DataFileWriter<GenericRecord>.OpenWriter(
            new GenericDatumWriter<GenericRecord>(Parsed),
            file,
            Codec.CreateCodecFromString(codec),
            leaveOpen: true
        );
        writer.SetSyncInterval(1000);
        foreach (var record in records)
        {
            writer.Append(record);
        }

        writer.Close();
        file.Position = 0;

        var (reader, blocks) = await ReadAsync(file);

        reader.Codec.Should().Be(codec);
        reader.BytesRead.Should().Be(file.Length);
        blocks.Should().HaveCountGreaterThan(5);
        JsonNode.DeepEquals(JsonNode.Parse(reader.Schema), JsonNode.Parse(Parsed.ToString())).Should().BeTrue();
        Split(reader.Schema, blocks)
            .Should()
            .BeEquivalentTo(records.Select(Encode), options => options.WithStrictOrdering());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    public async Task WriteBlockAsync_ReadByApachesLibrary_AreTheRecords(string codec)
    {
        var records = Enumerable.Range(0, 30).Select(Record).ToArray();
        using var file = await WriteAsync(codec, records.Chunk(7));

        using var reader = DataFileReader<GenericRecord>.OpenReader(file, Parsed);

        reader.GetMetaString("avro.codec").Should().Be(codec);
        reader.NextEntries.Should().Equal(records);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    public async Task Files_OfAvsc_AreReadAndWritten(string codec)
    {
        using var folder = new TemporaryFolder();
        var theirs = Path.Combine(folder.Path, "theirs.avro");
        var order = new
        {
            write = theirs,
            schema = JsonNode.Parse(Schema),
            codec,
            records = Enumerable
                .Range(0, 60)
                .Select(number => new
                {
                    id = $"N-{number} ß",
                    stars = number % 3 == 0 ? (int?)null : number,
                    tags = new { a = new[] { number / 2.0 } },
                }),
        };
        await NodeTool.RunAsync("avro-file.mjs", JsonSerializer.Serialize(order));

        await using var file = File.OpenRead(theirs);
        var (reader, blocks) = await ReadAsync(file);
        var records = Split(reader.Schema, blocks);
        records.Should().HaveCount(60);
        records
            .Should()
            .BeEquivalentTo(Enumerable.Range(0, 60).Select(Record).Select(Encode), o => o.WithStrictOrdering());

        var ours = Path.Combine(folder.Path, "ours.avro");
        await using (var copy = File.Create(ours))
        {
            var writer = await AvroFileWriter.CreateAsync(copy, Schema, codec, default);
            await writer.WriteBlockAsync(60, records.SelectMany(record => record).ToArray(), default);
        }

        var read = JsonNode.Parse(
            await NodeTool.RunAsync("avro-file.mjs", JsonSerializer.Serialize(new { read = ours }))
        )!;
        ((string?)read["codec"]).Should().Be(codec);
        JsonNode
            .DeepEquals(read["records"], JsonSerializer.SerializeToNode(order.records))
            .Should()
            .BeTrue(read.ToJsonString());
    }

    [Fact]
    public async Task ReadBlockAsync_AnyByteChanged_NeverFailsOtherwiseThanItSays()
    {
        using var file = await WriteAsync(
            "deflate",
            [
                [Record(1), Record(2)],
                [Record(3)],
            ]
        );
        var whole = file.ToArray();
        for (var position = 0; position < whole.Length; position++)
        {
            foreach (var change in new byte[] { 0x01, 0x80, 0xFF })
            {
                var bytes = (byte[])whole.Clone();
                bytes[position] ^= change;
                await TryAsync(bytes);
            }

            (await TryAsync(whole[..position])).Should().BeLessThan(3, "a part is less than the whole");
        }

        (await TryAsync(whole)).Should().Be(3);
    }

    [Fact]
    public async Task ReadBlockAsync_BlockThatClaimsMoreThanThereIs_IsRefused()
    {
        using var file = await WriteAsync("null", []);
        file.Seek(0, SeekOrigin.End);
        var encoder = new BinaryEncoder(file);
        encoder.WriteLong(long.MaxValue);
        encoder.WriteLong(0);
        await file.WriteAsync(file.ToArray().AsMemory((int)file.Length - 10 - 1 - 16, 16));
        file.Position = 0;

        var read = async () => await ReadAsync(file);

        (await read.Should().ThrowAsync<AvroFileException>()).WithMessage("*more records than it has bytes*");
    }

    private static async Task<long> TryAsync(byte[] bytes)
    {
        var records = 0L;
        try
        {
            using var file = new MemoryStream(bytes);
            var reader = await AvroFileReader.OpenAsync(file);
            while (await reader.ReadBlockAsync() is { } block)
            {
                records += block.Count;
            }
        }
        catch (AvroFileException)
        {
            // What a damaged file gives.
        }

        return records;
    }

    private static async Task<(AvroFileReader Reader, List<AvroFileBlock> Blocks)> ReadAsync(Stream file)
    {
        var reader = await AvroFileReader.OpenAsync(file, TestContext.Current.CancellationToken);
        var blocks = new List<AvroFileBlock>();
        while (await reader.ReadBlockAsync(TestContext.Current.CancellationToken) is { } block)
        {
            blocks.Add(block with { Bytes = block.Bytes.ToArray() });
        }

        return (reader, blocks);
    }

    private static async Task<MemoryStream> WriteAsync(string codec, IEnumerable<GenericRecord[]> blocks)
    {
        var file = new MemoryStream();
        var writer = await AvroFileWriter.CreateAsync(file, Schema, codec, TestContext.Current.CancellationToken);
        foreach (var block in blocks)
        {
            await writer.WriteBlockAsync(
                block.Length,
                block.SelectMany(Encode).ToArray(),
                TestContext.Current.CancellationToken
            );
        }

        file.Position = 0;
        return file;
    }

    private static List<byte[]> Split(string schema, IEnumerable<AvroFileBlock> blocks)
    {
        var splitter = new RecordSplitter(schema);
        var records = new List<byte[]>();
        foreach (var block in blocks)
        {
            var rest = block.Bytes;
            for (var record = 0; record < block.Count; record++)
            {
                var length = splitter.LengthOf(rest.Span);
                records.Add(rest[..length].ToArray());
                rest = rest[length..];
            }

            rest.Length.Should().Be(0);
        }

        return records;
    }

    private static GenericRecord Record(int number)
    {
        var record = new GenericRecord(Parsed);
        record.Add("id", $"N-{number} ß");
        record.Add("stars", number % 3 == 0 ? null : number);
        record.Add("tags", new Dictionary<string, object> { ["a"] = new object[] { number / 2.0 } });
        return record;
    }

    private static byte[] Encode(GenericRecord record)
    {
        using var stream = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(Parsed).Write(record, new BinaryEncoder(stream));
        return stream.ToArray();
    }
}
