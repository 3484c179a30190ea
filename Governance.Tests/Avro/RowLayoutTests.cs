using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Avro;

public sealed class RowLayoutTests : IAsyncDisposable
{
    private readonly MaskingBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void ToJson_OfMaskedAvro_SaysWhatTheRecordItselfSaysAsJson()
    {
        var plan = _bench.Compile(FlatRecords.Dataset, FlatRecords.Schema);
        FlatRecords.Bodies.Sample(
            body =>
            {
                var batch = plan.NewBatch();
                batch.Add(body);
                batch.MaskAsync(_bench.Identifiers).AsTask().GetAwaiter().GetResult();
                var json = new ArrayBufferWriter<byte>();
                using (var writer = new Utf8JsonWriter(json))
                {
                    batch.WriteJson(0, writer);
                }

                var avro = new ArrayBufferWriter<byte>();
                batch.WriteAvro(0, avro);

                Encoding
                    .UTF8.GetString(plan.Rows!.ToJson(avro.WrittenSpan).Span)
                    .Should()
                    .Be(Encoding.UTF8.GetString(json.WrittenSpan));
                plan.Rows.Check(avro.WrittenSpan);
            },
            iter: 500
        );
    }

    [Fact]
    public void Rows_OfRecordsWithMoreThanSingleValues_AreAbsent() => _bench.Plan.Rows.Should().BeNull();

    [Theory]
    [InlineData("""{"type":"int","logicalType":"date"}""", int.MaxValue)]
    [InlineData("""{"type":"int","logicalType":"time-millis"}""", 86_400_000)]
    [InlineData("""{"type":"long","logicalType":"timestamp-millis"}""", long.MaxValue)]
    [InlineData("""{"type":"long","logicalType":"timestamp-micros"}""", 253_402_300_800_000_000)]
    [InlineData("""["null",{"type":"long","logicalType":"local-timestamp-millis"}]""", -62_135_596_800_001)]
    public void Check_ValueOutsideItsLogicalType_IsRefused(string type, long value)
    {
        var plan = _bench.Compile(
            Dataset("odd", "id", Public("id"), Public("odd")) with
            {
                Subject = null,
            },
            $$"""{"type":"record","name":"Odd","fields":[{"name":"id","type":"string"},{"name":"odd","type":{{type}}}]}"""
        );
        var body = new ArrayBufferWriter<byte>();
        body.Write("\u0002x"u8);
        if (type.StartsWith('['))
        {
            body.Write("\u0002"u8);
        }

        Write(body, value);

        var check = () => plan.Rows!.Check(body.WrittenSpan);

        check.Should().Throw<MalformedAvroException>().Which.Code.Should().Be(EventFaults.ValueOutOfRange);
    }

    private static void Write(ArrayBufferWriter<byte> output, long value)
    {
        var rest = (ulong)((value << 1) ^ (value >> 63));
        for (; rest > 0x7F; rest >>= 7)
        {
            output.Write([(byte)(rest | 0x80)]);
        }

        output.Write([(byte)rest]);
    }
}
