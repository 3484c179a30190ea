using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Tests.Support;

namespace Governance.Tests.Avro.Differential;

/// <summary>The plan against Apache's Avro library: random schemas, random contracts, random records.</summary>
public sealed class PlanDifferentialTests : IAsyncDisposable
{
    private static readonly Gen<(ulong Seed, int Size)> Cases = Gen.Select(Gen.ULong, Gen.Int[1, 24]);

    private readonly MaskingBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task WriteAvro_RandomSchemasAndContracts_EqualsDecodeMaskEncodeByApacheAvro()
    {
        var masked = 0;
        var refused = 0;
        await Cases.SampleAsync(
            async drawn =>
            {
                var random = new RandomCase(drawn.Seed, drawn.Size, allPlain: false);
                var plan = _bench.Compile(random.Contract, random.Schema);
                _ = global::Avro.Schema.Parse(plan.MaskedAvroSchema);
                var reference = new ReferenceMasker(
                    random.Root,
                    random.Contract,
                    plan.MaskedAvroSchema,
                    _bench.Keys,
                    _bench.Identifiers
                );

                var batch = await MaskAsync(plan, random.Records);

                for (var record = 0; record < random.Records.Length; record++)
                {
                    var expected = await reference.MaskAsync(random.Records[record]);
                    if (expected is null)
                    {
                        batch.FaultOf(record).Should().NotBeNull();
                        Interlocked.Increment(ref refused);
                        continue;
                    }

                    batch.FaultOf(record).Should().BeNull();
                    Convert
                        .ToHexString(reference.Canonical(Avro(batch, record)))
                        .Should()
                        .Be(Convert.ToHexString(expected.Avro));
                    AssertJson(batch, record, expected.Json!);
                    Interlocked.Increment(ref masked);
                }
            },
            iter: 1_500,
            print: drawn => Print(drawn, allPlain: false)
        );

        // Both happen, and what is compared is the rule.
        masked.Should().BeGreaterThan(5_000);
        refused.Should().BeGreaterThan(100);
    }

    [Fact]
    public async Task WriteAvro_ContractOfPlainColumns_GivesBackTheSameBytes() =>
        await Cases.SampleAsync(
            async drawn =>
            {
                var random = new RandomCase(drawn.Seed, drawn.Size, allPlain: true);
                var batch = await MaskAsync(_bench.Compile(random.Contract, random.Schema), random.Records);

                for (var record = 0; record < random.Records.Length; record++)
                {
                    batch.FaultOf(record).Should().BeNull();
                    Convert
                        .ToHexString(Avro(batch, record).Span)
                        .Should()
                        .Be(Convert.ToHexString(random.Records[record]));
                }
            },
            iter: 500,
            print: drawn => Print(drawn, allPlain: true)
        );

    private static void AssertJson(AvroBatch batch, int record, JsonObject expected)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        if (expected.ToJsonString().Contains(ReferenceMasker.Unwritable.ToJsonString(), StringComparison.Ordinal))
        {
            var act = () => batch.WriteJson(record, json);
            act.Should().Throw<MalformedAvroException>();
            return;
        }

        batch.WriteJson(record, json);
        json.Flush();
        JsonNode.Parse(buffer.WrittenSpan)!.ToJsonString().Should().Be(expected.ToJsonString());
    }

    private static ReadOnlyMemory<byte> Avro(AvroBatch batch, int record)
    {
        var output = new ArrayBufferWriter<byte>();
        batch.WriteAvro(record, output);
        return output.WrittenMemory;
    }

    private static string Print((ulong Seed, int Size) drawn, bool allPlain)
    {
        var random = new RandomCase(drawn.Seed, drawn.Size, allPlain);
        var columns = random.Contract.AllColumns().Select(column => $"{column.Path}: {column.Masking?.Method}");
        var records = random.Records.Select(Convert.ToHexString);
        return $"{drawn}\n{random.Schema}\n{string.Join(", ", columns)}\n{string.Join('\n', records)}";
    }

    private async Task<AvroBatch> MaskAsync(MaskingPlan plan, byte[][] records)
    {
        var batch = plan.NewBatch();
        foreach (var record in records)
        {
            batch.Add(record);
        }

        await batch.MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken);
        return batch;
    }
}
