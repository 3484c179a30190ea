using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Policies.Warehouse.BigQuery.StorageWrite;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>Rows land once, whatever fails and whoever is killed.</summary>
public sealed class TakeOverTests : IAsyncLifetime
{
    private static readonly MaskedSchema s_schema = Schema(Field("amount", ScalarKind.Int64));

    // Some twenty rows are several requests.
    private static readonly WriteOptions s_small = SinkWorld.Quick with { MostRequestBytes = 2_000 };

    private SinkWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await SinkWorld.StartAsync(write: s_small);

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    public static TheoryData<string, string, int> Faults
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var fault in new[] { "answer lost", "request lost", "unavailable" })
            {
                // Of the appends the first and the fifth record positions, those between are rows: the batch is longer than one request.
                for (var after = 0; after < 7; after++)
                {
                    data.Add("AppendRows", fault, after);
                }

                data.Add("CreateWriteStream", fault, 0);
                data.Add("bigquery.tables.insert", fault, 0);
                data.Add("bigquery.tables.insert", fault, 4);
                data.Add("bigquery.jobs.insert", fault, 0);
                data.Add("bigquery.jobs.insert", fault, 1);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task AppendAsync_OneFaultAnywhere_LandsOnceAtOnce(string operation, string fault, int after)
    {
        _world.StandIn.Faults.Next(operation, Named(fault), times: 1, after);

        await Land(_world.Sink, 0, 20, longText: true);
        await Land(_world.Sink, 20, 25);

        await AllLandedOnce(25);
    }

    [Theory]
    [InlineData("AppendRows")]
    [InlineData("FinalizeWriteStream")]
    [InlineData("CreateWriteStream")]
    [InlineData("bigquery.jobs.insert")]
    public async Task TakeOver_OneFaultAnywhere_LandsOnce(string operation)
    {
        await Land(_world.Sink, 0, 10);
        foreach (var fault in new[] { "answer lost", "request lost", "unavailable" })
        {
            _world.StandIn.Faults.Next(operation, Named(fault));
        }

        await Land(_world.NewSink(), 10, 20);

        await AllLandedOnce(20);
    }

    [Fact]
    public async Task AppendAsync_KilledBetweenRowsAndRecord_IsMendedByWhoeverComesNext()
    {
        await Land(_world.Sink, 0, 10);
        await LandWithoutRecord(10, 20);
        (await _world.Position()).Should().Be(10, "the record was lost");

        var next = _world.NewSink();
        var again = () => next.AppendAsync(Of(10, 20), Cancelled);

        // The rows had landed: whoever consumed from the stored position is told to read it again.
        await again.Should().ThrowAsync<SinkPositionException>();
        (await _world.Position()).Should().Be(20);
        await Land(next, 20, 30);
        await AllLandedOnce(30);
    }

    [Fact]
    public async Task AppendAsync_KilledBeforeTheFirstRecord_IsMended()
    {
        await LandWithoutRecord(0, 5);

        var again = () => _world.NewSink().AppendAsync(Of(0, 5), Cancelled);

        await again.Should().ThrowAsync<SinkPositionException>();
        (await _world.Position()).Should().Be(5);
        await AllLandedOnce(5);
    }

    [Fact]
    public async Task AppendAsync_KilledAmidTheRequestsOfABatch_GoesOnBehindTheLastThatLanded()
    {
        // The first request of rows lands, the second is lost for good.
        _world.StandIn.Faults.Next("AppendRows", Fault.Status(400, "invalid", "no"), times: 1, after: 2);
        var batch = Of(0, 20, longText: true);
        var killed = () => _world.Sink.AppendAsync(batch, Cancelled);
        await killed.Should().ThrowAsync<WarehouseException>();
        var landed = (await _world.Offsets()).Length;
        landed.Should().BeInRange(1, 19);

        var next = _world.NewSink();
        await FluentActions
            .Awaiting(() => next.AppendAsync(batch, Cancelled))
            .Should()
            .ThrowAsync<SinkPositionException>();
        (await _world.Position()).Should().Be(landed);

        await Land(next, landed, 20);
        await AllLandedOnce(20);
    }

    [Fact]
    public async Task AppendAsync_RecordLostForGood_IsMendedByTheSameProcess()
    {
        await Land(_world.Sink, 0, 10);
        await LandWithoutRecord(10, 20, _world.Sink);

        var again = () => _world.Sink.AppendAsync(Of(10, 20), Cancelled);

        await again.Should().ThrowAsync<SinkPositionException>();
        (await _world.Position()).Should().Be(20);
        await Land(_world.Sink, 20, 21);
        await AllLandedOnce(21);
    }

    [Fact]
    public async Task AppendAsync_RowsThatLandedWereErasedSince_AreNotMissed()
    {
        await Land(_world.Sink, 0, 10);
        await LandWithoutRecord(10, 20);
        await _world.Query("DELETE FROM energy.payments WHERE _offset IN (12, 19)");

        var next = _world.NewSink();
        await FluentActions
            .Awaiting(() => next.AppendAsync(Of(10, 20), Cancelled))
            .Should()
            .ThrowAsync<SinkPositionException>();

        // The last one comes again, and the interceptor drops it, since its person is suppressed.
        (await _world.Position())
            .Should()
            .Be(19);
        (await _world.Offsets()).Should().NotContain(12).And.HaveCount(18);
    }

    [Fact]
    public async Task AppendAsync_RowsOfAnotherTopicInTheTable_DoNotCount()
    {
        // The dataset had another topic, whose offsets were far greater.
        var moved = Dataset("payments") with
        {
            Topic = "topic.old",
        };
        await _world.Sink.AppendAsync(Batch(moved, s_schema, 1001, Payment(1000)), Cancelled);
        await Land(_world.Sink, 0, 5);
        await LandWithoutRecord(5, 8);

        await FluentActions
            .Awaiting(() => _world.NewSink().AppendAsync(Of(5, 8), Cancelled))
            .Should()
            .ThrowAsync<SinkPositionException>();

        (await _world.Position()).Should().Be(8);
    }

    [Fact]
    public async Task AppendAsync_AnotherTookThePartition_IsFencedOff()
    {
        await Land(_world.Sink, 0, 10);
        var other = _world.NewSink();
        await Land(other, 10, 20);

        // The first process still believes that the partition stands at 10.
        var late = () => _world.Sink.AppendAsync(Of(10, 20), Cancelled);

        await late.Should().ThrowAsync<SinkPositionException>();
        await AllLandedOnce(20);
        // It may take it back.
        await Land(_world.Sink, 20, 22);
        await AllLandedOnce(22);
    }

    [Fact]
    public async Task AppendAsync_ProcessesThatTakeOverAtTheSameTime_LandOnce()
    {
        await Land(_world.Sink, 0, 10);
        var sinks = Enumerable.Range(0, 3).Select(_ => _world.NewSink()).ToArray();

        // Each does as the interceptor does: reads positions, lands from there, reads again when told to.
        await Task.WhenAll(sinks.Select(sink => Consume(sink, 25)));

        await AllLandedOnce(25);
    }

    [Fact]
    public async Task AppendAsync_ManyKillsAtAnyStep_LandOnce()
    {
        // A deterministic walk through faults: each life of the process ends at another step.
        Fault[] ends = [Fault.AnswerLost, Fault.RequestLost, Fault.Status(400, "invalid", "no")];
        for (var life = 0; life < 12; life++)
        {
            var from = await _world.Position() ?? 0;
            _world.StandIn.Faults.Next("AppendRows", Fault.Status(400, "invalid", "no"), times: 1, after: life % 5);
            _world.StandIn.Faults.Next("*", ends[life % ends.Length], times: 1, after: life * 2);
            var sink = _world.NewSink();
            try
            {
                await Land(sink, from, from + 7);
                await Land(sink, from + 7, from + 11);
            }
            catch (Exception exception) when (exception is WarehouseException or SinkPositionException)
            {
                // Killed.
            }

            _world.StandIn.Faults.Clear();
        }

        var landed = (await _world.Offsets()).Length;
        await Consume(_world.NewSink(), landed + 5);
        await AllLandedOnce(landed + 5);
    }

    [Fact]
    public async Task AppendAsync_SeveralPartitions_FailOnTheirOwn()
    {
        var dataset = Dataset("payments");
        var batch = new MaskedBatch(
            Source,
            [
                new(
                    dataset,
                    s_schema,
                    [.. Enumerable.Range(0, 6).Select(partition => Payment(0) with { Partition = partition })]
                ),
            ],
            Enumerable.Range(0, 6).ToDictionary(partition => (dataset.Topic, partition), _ => 1L)
        );
        _world.StandIn.Faults.Next("AppendRows", Fault.Status(400, "invalid", "no"), times: 1, after: 3);

        await FluentActions
            .Awaiting(() => _world.Sink.AppendAsync(batch, Cancelled))
            .Should()
            .ThrowAsync<WarehouseException>();

        var stored = await _world.NewSink().ReadPositionsAsync(Source, Cancelled);
        stored.Should().HaveCount(5).And.AllSatisfy(position => position.Value.Should().Be(1));
        (await _world.Offsets()).Should().HaveCount(5);
        await FluentActions
            .Awaiting(() => _world.Sink.AppendAsync(batch, Cancelled))
            .Should()
            .ThrowAsync<SinkPositionException>();
    }

    [Fact]
    public async Task TakeOver_AgainAndAgain_KeepsTheRecordsFew()
    {
        for (var life = 0; life < 5; life++)
        {
            var sink = _world.NewSink();
            await Land(sink, life * 3, (life * 3) + 2);
            await Land(sink, (life * 3) + 2, (life * 3) + 3);
        }

        var records = await _world.Query("SELECT COUNT(*) FROM energy._governance_positions");
        int.Parse(records[0]!, CultureInfo.InvariantCulture).Should().BeLessThanOrEqualTo(6);
        await AllLandedOnce(15);
    }

    [Fact]
    public async Task AppendAsync_ColumnAddedMeanwhile_WaitsUntilTheStreamKnowsIt()
    {
        await using var world = await SinkWorld.StartAsync(
            new StandInOptions { SchemaLag = TimeSpan.FromMilliseconds(700) }
        );
        var dataset = Dataset("payments");
        await world.Append(dataset, s_schema, next: 1, Payment(0));
        var wider = Schema([.. s_schema.Columns, Field("note", ScalarKind.Text)]);

        await world.Append(dataset, wider, next: 2, Row(1, new() { ["amount"] = "1", ["note"] = "late" }));

        (await world.Query("SELECT note FROM energy.payments ORDER BY _offset")).Should().Equal(null, "late");
    }

    [Fact]
    public async Task AppendAsync_ColumnThatTheStreamNeverLearns_IsTransientAndLandsNothing()
    {
        await using var world = await SinkWorld.StartAsync(
            new StandInOptions { SchemaLag = TimeSpan.FromHours(1) },
            SinkWorld.Quick with
            {
                SchemaBudget = TimeSpan.FromMilliseconds(100),
            }
        );
        var dataset = Dataset("payments");
        await world.Append(dataset, s_schema, next: 1, Payment(0));
        var wider = Schema([.. s_schema.Columns, Field("note", ScalarKind.Text)]);

        var append = () => world.Append(dataset, wider, next: 2, Row(1, new() { ["amount"] = "1", ["note"] = "late" }));

        (await append.Should().ThrowAsync<WarehouseException>()).Which.Refusal.IsTransient.Should().BeTrue();
        (await world.Offsets()).Should().Equal(0);
        (await world.Position()).Should().Be(1);
    }

    [Fact]
    public async Task AppendAsync_RowThatBigQueryRefuses_LandsNothingOfTheRequest()
    {
        var dataset = Dataset("payments");
        await Land(_world.Sink, 0, 1);
        // Somebody made a column of the table required that our rows leave out.
        await _world.Query("DROP TABLE energy.payments");
        await _world.Send(
            HttpMethod.Post,
            "tables",
            """
            {"tableReference":{"projectId":"test-project","datasetId":"energy","tableId":"payments"},"schema":{"fields":[
              {"name":"_kafka_partition","type":"INT64","mode":"REQUIRED"},{"name":"_offset","type":"INT64","mode":"REQUIRED"},
              {"name":"_event_time","type":"TIMESTAMP","mode":"REQUIRED"},{"name":"_ingested_at","type":"TIMESTAMP","mode":"REQUIRED"},
              {"name":"_source","type":"STRING","mode":"REQUIRED"},{"name":"amount","type":"INT64"},
              {"name":"theirs","type":"STRING","mode":"REQUIRED"}]}}
            """
        );
        var sink = _world.NewSink();

        var append = () => sink.AppendAsync(Of(1, 3), Cancelled);
        var probe = () => sink.ProbeAsync(new MaskedRows(dataset, s_schema, [Payment(1)]), Cancelled);

        await append.Should().ThrowAsync<SinkRowException>();
        await probe.Should().ThrowAsync<SinkRowException>();
        (await _world.Offsets()).Should().BeEmpty();
        (await _world.Position()).Should().Be(1);
    }

    [Fact]
    public async Task AppendAsync_AccountThatMayNotWrite_IsDeniedAtOnce()
    {
        await Land(_world.Sink, 0, 1);
        _world.StandIn.Faults.Next("AppendRows", Fault.QuotaExceeded);

        var append = () => Land(_world.Sink, 1, 2);

        (await append.Should().ThrowAsync<WarehouseException>()).Which.Refusal.Kind.Should().Be(RefusalKind.Denied);
        // Nothing is known of the batch, so the next one looks first.
        await Land(_world.Sink, 1, 2);
        await AllLandedOnce(2);
    }

    /// <summary>Lands rows, and fails to record it, for good.</summary>
    private async Task LandWithoutRecord(long from, long to, BigQuerySink? sink = null)
    {
        // A process that owns the partition appends its rows, then the record; another one records its stream first.
        var appends = sink is null ? 2 : 1;
        _world.StandIn.Faults.Next("AppendRows", Fault.Status(400, "invalid", "killed"), times: 1, after: appends);
        var killed = () => (sink ?? _world.NewSink()).AppendAsync(Of(from, to), Cancelled);
        await killed.Should().ThrowAsync<WarehouseException>();
        (await _world.Offsets()).Should().Contain(to - 1, "the rows landed");
    }

    private static async Task Consume(BigQuerySink sink, long end)
    {
        while (true)
        {
            var stored = await sink.ReadPositionsAsync(Source, Cancelled);
            var from = stored.GetValueOrDefault(("topic.payments", 0));
            if (from >= end)
            {
                return;
            }

            try
            {
                while (from < end)
                {
                    var to = Math.Min(from + 3, end);
                    await Land(sink, from, to);
                    from = to;
                }
            }
            catch (SinkPositionException)
            {
                // Read again.
            }
            catch (WarehouseException exception) when (exception.Refusal.IsTransient)
            {
                // Tried again.
            }
        }
    }

    private static Task Land(BigQuerySink sink, long from, long to, bool longText = false) =>
        sink.AppendAsync(Of(from, to, longText), Cancelled);

    private static MaskedBatch Of(long from, long to, bool longText = false)
    {
        var schema = longText ? Schema([.. s_schema.Columns, Field("text", ScalarKind.Text)]) : s_schema;
        var rows = new List<MaskedRow>();
        for (var offset = from; offset < to; offset++)
        {
            var json = new JsonObject { ["amount"] = $"{offset}" };
            if (longText)
            {
                json["text"] = new string('x', 150);
            }

            rows.Add(Row(offset, json));
        }

        return Batch(Dataset("payments"), schema, to, rows);
    }

    private static MaskedRow Payment(long offset) => Row(offset, new() { ["amount"] = $"{offset}" });

    private async Task AllLandedOnce(long count)
    {
        (await _world.Offsets()).Should().Equal(Enumerable.Range(0, (int)count).Select(offset => (long)offset));
        (await _world.Position()).Should().Be(count);
    }

    private static Fault Named(string fault) =>
        fault switch
        {
            "answer lost" => Fault.AnswerLost,
            "request lost" => Fault.RequestLost,
            _ => Fault.Unavailable,
        };
}
