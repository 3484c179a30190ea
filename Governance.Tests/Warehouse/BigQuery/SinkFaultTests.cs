using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>
/// Each fault at every request of a sink's life: tables are made and widened, rows land, a row that was quarantined comes again, another process
/// takes the partition over. Nothing lands twice, nothing is left out, and the position is right.
/// </summary>
public sealed class SinkFaultTests
{
    private const string Topic = "topic.payments";
    private const long Late = 7;
    private const long End = 18;

    // Requests of one run that go wrong are so far apart; the next run's are each one later.
    private const int Stride = 3;

    // Of one step; a fault that ends it is told, and the step is taken again as the interceptor does.
    private const int MostTries = 15;

    private static readonly MaskedSchema s_narrow = Schema(Field("amount", ScalarKind.Int64));
    private static readonly MaskedSchema s_wide = Schema([.. s_narrow.Columns, Field("note", ScalarKind.Text)]);

    [Theory]
    [InlineData("unavailable", "*")]
    [InlineData("too many requests", "*")]
    [InlineData("answer lost", "*")]
    [InlineData("request lost", "*")]
    [InlineData("rate limit", "bigquery.jobs.insert")]
    [InlineData("rate limit", "bigquery.tables.insert")]
    [InlineData("rate limit", "bigquery.tables.patch")]
    [InlineData("precondition", "bigquery.tables.insert")]
    [InlineData("precondition", "bigquery.tables.patch")]
    [InlineData("duplicate job", "bigquery.jobs.insert")]
    [InlineData("job: resourcesExceeded", "bigquery.jobs.insert")]
    [InlineData("job: invalidQuery", "bigquery.jobs.insert")]
    public async Task Life_FaultAtEveryRequest_LandsEachRowOnce(string fault, string operation)
    {
        var undisturbed = await LifeAsync(operation, _ => { });
        undisturbed.Requests.Should().BePositive();
        var failed = 0;
        for (var run = 0; run < Math.Min(Stride, undisturbed.Requests); run++)
        {
            var life = await LifeAsync(
                operation,
                faults =>
                {
                    for (var after = run; after < undisturbed.Requests; after += Stride)
                    {
                        faults.Next(operation, Fault.ByName[fault], times: 1, after);
                    }
                }
            );
            failed += life.Failed;
        }

        // A job that takes a moment is looked at once more than in another run.
        failed.Should().BeInRange(undisturbed.Requests - Stride, undisturbed.Requests, "each request went wrong once");
        failed.Should().BePositive();
    }

    private static async Task<(int Requests, int Failed)> LifeAsync(string operation, Action<FaultPlan> plan)
    {
        await using var world = await SinkWorld.StartAsync();
        plan(world.StandIn.Faults);
        var first = world.NewSink();
        await ConsumeAsync(first, 8, s_narrow);
        await ConsumeAsync(first, 12, s_wide);
        await StepAsync(async () =>
        {
            await first.AppendAsync(Of(Late, Late + 1, s_narrow) with { Replayed = true }, SinkWorld.Cancelled);
            return true;
        });
        await ConsumeAsync(world.NewSink(), End, s_wide);
        var faults = world.StandIn.Faults;
        var (requests, failed) = (
            faults.Operations.Count(one => operation is "*" || one == operation),
            faults.Failed.Count
        );

        faults.Clear();
        (await world.Offsets()).Should().Equal(Enumerable.Range(0, (int)End).Select(offset => (long)offset));
        (await world.Position()).Should().Be(End);
        return (requests, failed);
    }

    // As the interceptor does: reads positions, lands from there, reads again when it is told to or when a call fails.
    private static Task ConsumeAsync(BigQuerySink sink, long end, MaskedSchema schema) =>
        StepAsync(async () =>
        {
            var stored = await sink.ReadPositionsAsync(SinkWorld.Source, SinkWorld.Cancelled);
            for (var from = stored.GetValueOrDefault((Topic, 0)); from < end; from = Math.Min(from + 4, end))
            {
                await sink.AppendAsync(Of(from, Math.Min(from + 4, end), schema, but: Late), SinkWorld.Cancelled);
            }

            return true;
        });

    private static async Task StepAsync(Func<Task<bool>> step)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await step();
                return;
            }
            catch (Exception exception)
                when (exception is WarehouseException or SinkPositionException && tries < MostTries)
            {
                // Taken again.
            }
        }
    }

    private static MaskedBatch Of(long from, long to, MaskedSchema schema, long? but = null)
    {
        var rows = new List<MaskedRow>();
        for (var offset = from; offset < to; offset++)
        {
            if (offset != but)
            {
                var json = new JsonObject { ["amount"] = $"{offset}" };
                if (schema == s_wide)
                {
                    json["note"] = "wide";
                }

                rows.Add(Row(offset, json));
            }
        }

        return Batch(Dataset("payments"), schema, to, rows);
    }
}
