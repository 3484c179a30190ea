using System.Collections.Concurrent;
using System.Text.Json;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Json;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Avro.Differential;
using Governance.Tests.Support;

namespace Governance.Tests.Avro.Fuzzing;

/// <summary>
/// More than a million broken records: each has a fault or is masked, none is passed on, none stops or changes its neighbours, and what a record
/// claims of itself costs neither memory nor time.
/// </summary>
public sealed class PlanFuzzTests : IAsyncDisposable
{
    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly Identifiers _identifiers;
    private readonly byte[][] _marked = MarkedRecords.Many(200);

    public PlanFuzzTests() =>
        _identifiers = new Identifiers(_keys, new MemoryVault(), new IdentifiersOptions(), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _identifiers.DisposeAsync();
        _keys.Dispose();
    }

    [Theory]
    [InlineData(false, 12_000)]
    [InlineData(true, 4_000)]
    public void AvroBatch_MutatedRecords_AreMaskedOrRefused(bool withVault, int batches)
    {
        var plan = MaskingPlan.Compile(
            withVault ? MarkedRecords.Sealed : MarkedRecords.Tokens,
            MarkedRecords.Schema,
            _keys
        );
        Run(batches, () => Avro(plan, _marked, marked: true));
    }

    [Fact]
    public void AvroBatch_MutatedRecordsOfRandomSchemas_AreMaskedOrRefused() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 24])
            .Sample(
                (seed, size) =>
                {
                    var random = new RandomCase(seed, size, allPlain: false);
                    var plan = MaskingPlan.Compile(random.Contract, random.Schema, _keys);
                    var good = random.Records.Where(record => record.Length > 0 && IsGood(plan, record)).ToArray();
                    if (good.Length > 0)
                    {
                        Avro(plan, good, marked: false).Feed(seed);
                    }
                },
                iter: 1_500
            );

    private static void Run(int batches, Func<FuzzRun> make)
    {
        var runs = new ConcurrentBag<FuzzRun>();
        Gen.ULong.Sample(
            seed =>
            {
                var run = runs.TryTake(out var spare) ? spare : make();
                run.Feed(seed);
                runs.Add(run);
            },
            iter: batches
        );

        var fed = runs.Sum(run => run.Fed);
        var accepted = runs.Sum(run => run.Accepted);
        fed.Should().BeGreaterThan(batches * 50);

        // Both happen often: else this looked at one side alone.
        accepted.Should().BeInRange(fed / 50, fed * 9 / 10);
    }

    private FuzzRun Avro(MaskingPlan plan, byte[][] good, bool marked)
    {
        var batch = plan.NewBatch();
        var json = new Utf8JsonWriter(Stream.Null);
        return new FuzzRun(batch, batch.Add, Write, good, Mutations.Of, _identifiers) { Marked = marked };

        void Write(int record, ByteBuffer output)
        {
            batch.WriteAvro(record, output);
            var length = output.Length;
            json.Reset(output);
            try
            {
                batch.WriteJson(record, json);
                json.Flush();
            }
            catch (MalformedAvroException)
            {
                // A plain value outside its logical type, which JSON cannot show.
                output.Truncate(length);
            }
        }
    }

    private bool IsGood(MaskingPlan plan, byte[] record)
    {
        var batch = plan.NewBatch();
        batch.Add(record);
        batch.MaskAsync(_identifiers, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
        return batch.FaultOf(0) is null;
    }
}
