using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Tests.Support;

namespace Governance.Tests.Avro.Differential;

/// <summary>A library that nobody here wrote, avsc for Node.js, takes masked schemas and reads masked records.</summary>
public sealed class ForeignReaderTests : IAsyncDisposable
{
    private const int Cases = 300;

    private readonly MaskingBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task MaskedRecords_OfRandomSchemas_AreReadAndWrittenAgainByAvsc()
    {
        var input = new JsonArray();
        var expected = new List<string[]>();
        for (var seed = 1; seed <= Cases; seed++)
        {
            var random = new RandomCase((ulong)seed * 7919, size: 1 + (seed % 24), allPlain: false);
            var plan = _bench.Compile(random.Contract, random.Schema);
            var reference = new ReferenceMasker(
                random.Root,
                random.Contract,
                plan.MaskedAvroSchema,
                _bench.Keys,
                _bench.Identifiers
            );
            var batch = plan.NewBatch();
            foreach (var record in random.Records)
            {
                batch.Add(record);
            }

            await batch.MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken);
            var masked = Enumerable
                .Range(0, random.Records.Length)
                .Where(record => batch.FaultOf(record) is null)
                .Select(record =>
                {
                    var output = new ArrayBufferWriter<byte>();
                    batch.WriteAvro(record, output);
                    return output.WrittenSpan.ToArray();
                })
                .ToArray();
            input.Add(
                new JsonObject
                {
                    ["schema"] = JsonNode.Parse(plan.MaskedAvroSchema),
                    ["records"] = new JsonArray([.. masked.Select(bytes => (JsonNode)Convert.ToHexString(bytes))]),
                }
            );
            expected.Add([.. masked.Select(bytes => Convert.ToHexString(reference.Canonical(bytes)))]);
        }

        var answer = await NodeTool.RunAsync("avro-records.mjs", input.ToJsonString());

        var written = JsonSerializer.Deserialize<string[][]>(answer)!;
        written.Should().HaveCount(Cases);
        written.Zip(expected).Should().AllSatisfy(pair => pair.First.Should().Equal(pair.Second));
    }
}
