using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Tests.Warehouse.DuckDb;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.BigQuery;

public sealed class AppendTests : IAsyncLifetime
{
    private static readonly MaskedSchema s_schema = Schema(
        Field("id", ScalarKind.Uuid),
        Field("amount", ScalarKind.Int32)
    );

    private SinkWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await SinkWorld.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    public static TheoryData<ScalarKind, string> Scalars
    {
        get
        {
            var data = new TheoryData<ScalarKind, string>
            {
                { ScalarKind.Int32, "2147483647" },
                { ScalarKind.Int64, "-9223372036854775808" },
                { ScalarKind.Int64, "0" },
                { ScalarKind.Float, "0.1" },
                { ScalarKind.Float, "-Infinity" },
                { ScalarKind.Double, "1.7976931348623157E+308" },
                { ScalarKind.Double, "-0.1" },
                { ScalarKind.Double, "NaN" },
                { ScalarKind.Decimal, "0.00" },
                { ScalarKind.Decimal, "99999999.99" },
                { ScalarKind.Date, "1970-01-01" },
                { ScalarKind.Date, "2024-02-29" },
                { ScalarKind.Time, "00:00:00.000000" },
                { ScalarKind.Timestamp, "0001-01-01T00:00:00.000000Z" },
                { ScalarKind.Timestamp, "9999-12-31T23:59:59.999999Z" },
                { ScalarKind.Timestamp, "1969-12-31T23:59:59.999999Z" },
                { ScalarKind.LocalTimestamp, "9999-12-31T23:59:59.999999" },
                { ScalarKind.Bytes, new string('a', 300) },
            };
            foreach (var row in DuckDb.AppendTests.Scalars)
            {
                data.Add(row.Data.Item1, row.Data.Item2);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Scalars))]
    public async Task AppendAsync_ScalarAnywhere_IsWhatDuckDbStores(ScalarKind kind, string text)
    {
        using var duck = new TemporaryWarehouse();
        var type = Scalar(kind);
        var schema = Schema(
            Field("plain", type),
            Field("none", type),
            Field("record", new StructType([Field("inner", type), Field("none", type)])),
            Field("list", new ListType(type, ItemNullable: true)),
            Field("sure", new ListType(type, ItemNullable: false)),
            Field("map", new MapType(type, ValueNullable: true)),
            Field(
                "deep",
                new ListType(
                    new MapType(
                        new StructType([Field("l", new ListType(type, ItemNullable: true))]),
                        ValueNullable: true
                    ),
                    ItemNullable: true
                )
            ),
            Field("record_none", new StructType([Field("a", type)])),
            Field("list_none", new ListType(type, ItemNullable: true))
        );
        var row = Row(
            0,
            new()
            {
                ["plain"] = text,
                ["none"] = null,
                ["record"] = new JsonObject { ["inner"] = text, ["none"] = null },
                ["list"] = new JsonArray(text, null, text),
                ["sure"] = new JsonArray(text, text),
                ["map"] = new JsonObject { ["k"] = text, ["n"] = null },
                ["deep"] = new JsonArray(
                    new JsonObject { ["k"] = new JsonObject { ["l"] = new JsonArray(text) } },
                    new JsonObject { ["k"] = null },
                    null
                ),
                ["record_none"] = null,
                ["list_none"] = null,
            }
        );

        await _world.Append(Dataset("values"), schema, next: 1, row);
        await duck.Append(Dataset("values"), schema, next: 1, row);

        var cells = (await _world.Rows("values"))[0]!["f"]!.AsArray();
        var inner = Record(Record(Items(Record(Items(cells[11])[0])[0])[0])[1])[0];
        string?[] found =
        [
            Scalar(cells[5]),
            Scalar(cells[6]),
            Scalar(Record(cells[7])[0]),
            Scalar(Record(cells[7])[1]),
            .. Items(cells[8]).Select(item => Scalar(Record(item)[0])),
            .. Items(cells[9]).Select(Scalar),
            .. Items(cells[10]).Select(entry => Scalar(Record(entry)[1])),
            Scalar(Record(Items(inner)[0])[0]),
        ];
        Items(cells[11]).Should().HaveCount(3);
        cells[12]!["v"].Should().BeNull();
        Items(cells[13]).Should().BeEmpty("BigQuery does not tell a null array from an empty one");
        Items(cells[10]).Select(entry => Scalar(Record(entry)[0])).Should().Equal("k", "n");

        var stored = await duck.Query(
            $"""
            SELECT unnest([{string.Join(", ", new[]
            {
                "plain", "\"none\"", "record.\"inner\"", "record.\"none\"", "list[1]", "list[2]", "list[3]",
                "sure[1]", "sure[2]", "map['k']", "map['n']", "deep[1]['k'].l[1]",
            }.Select(value => Duck(kind, value)))}]) FROM "values"
            """
        );
        found.Select(value => Same(kind, value)).Should().Equal(stored.Select(value => FromDuck(kind, value)));
    }

    [Theory]
    [InlineData(ScalarKind.Boolean, "maybe")]
    [InlineData(ScalarKind.Boolean, "TRUE")]
    [InlineData(ScalarKind.Int32, "2147483648")]
    [InlineData(ScalarKind.Int32, "1.5")]
    [InlineData(ScalarKind.Int32, " 1")]
    [InlineData(ScalarKind.Int64, "12x")]
    [InlineData(ScalarKind.Int64, "9223372036854775808")]
    [InlineData(ScalarKind.Float, "3.5E+38")]
    [InlineData(ScalarKind.Double, "")]
    [InlineData(ScalarKind.Double, "1e999")]
    [InlineData(ScalarKind.Decimal, "123456789.00")]
    [InlineData(ScalarKind.Decimal, "1.005")]
    [InlineData(ScalarKind.Decimal, "1e2")]
    [InlineData(ScalarKind.Decimal, ".5")]
    [InlineData(ScalarKind.Date, "2023-02-29")]
    [InlineData(ScalarKind.Date, "0000-01-01")]
    [InlineData(ScalarKind.Time, "24:00:01")]
    [InlineData(ScalarKind.Time, "10:00:00.1234567")]
    [InlineData(ScalarKind.Timestamp, "yesterday")]
    [InlineData(ScalarKind.Timestamp, "2024-01-01T00:00:00")]
    [InlineData(ScalarKind.LocalTimestamp, "2024-01-01T00:00:00Z")]
    [InlineData(ScalarKind.Uuid, "ffffffff-ffff-4fff-bfff-fffffffffff")]
    [InlineData(ScalarKind.Uuid, "gfffffff-ffff-4fff-bfff-ffffffffffff")]
    [InlineData(ScalarKind.Bytes, "zz")]
    [InlineData(ScalarKind.Bytes, "abc")]
    public async Task AppendAsync_ValueThatDoesNotFit_IsRefusedWithoutBeingQuoted(ScalarKind kind, string text)
    {
        var schema = Schema(Field("list", new ListType(Scalar(kind), ItemNullable: true)));
        var row = Row(0, new() { ["list"] = new JsonArray(text) });

        var append = () => _world.Append(Dataset("values"), schema, next: 1, row);

        var refused = await append.Should().ThrowAsync<SinkRowException>();
        refused.Which.InnerException.Should().BeNull();
        if (text.Length > 0)
        {
            refused.Which.Message.Should().NotContain(text);
        }

        (await _world.Offsets("values")).Should().BeEmpty();
        (await _world.Position("topic.values")).Should().BeNull();
    }

    [Theory]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":null,"amount":"1","more":"1"}""")]
    [InlineData("""{"id":null,"amount":"1","amount":"2"}""")]
    [InlineData("""{"id":null,"Amount":"1"}""")]
    [InlineData("""{"id":null,"amount":1}""")]
    [InlineData("""{"id":null,"amount":{"a":"1"}}""")]
    [InlineData("""{"id":null,"amount":["1"]}""")]
    [InlineData("""{"id":null,"amount":"1" """)]
    [InlineData("""{"id":null,"amount":"1"} {}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task AppendAsync_JsonOfAnotherShape_IsRefusedAndLandsNothing(string json)
    {
        var dataset = Dataset("payments");
        await _world.Append(dataset, s_schema, next: 1, Payment(0));

        var append = () =>
            _world.Append(
                dataset,
                s_schema,
                next: 3,
                Payment(1),
                new MaskedRow(0, 2, DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes(json))
            );

        await append.Should().ThrowAsync<SinkRowException>();
        (await _world.Offsets()).Should().Equal(0);
        (await _world.Position()).Should().Be(1);
    }

    [Fact]
    public async Task AppendAsync_TextThatIsNotUtf8_IsRefused()
    {
        var schema = Schema(Field("t", ScalarKind.Text));
        foreach (var json in new byte[][] { [.. "{\"t\":\""u8, 0xFF, .. "\"}"u8], [.. "{\"t\":\"\\ud800\"}"u8] })
        {
            var append = () =>
                _world.Append(Dataset("values"), schema, 1, new MaskedRow(0, 0, DateTimeOffset.UnixEpoch, json));
            await append.Should().ThrowAsync<SinkRowException>();
        }
    }

    [Fact]
    public async Task AppendAsync_BatchOfSeveralDatasets_LandsNothingWhereARowDoesNotFit()
    {
        var batch = new MaskedBatch(
            Source,
            [
                new(Dataset("good"), s_schema, [Payment(5)]),
                new(Dataset("bad"), s_schema, [Row(0, new() { ["id"] = "not a uuid", ["amount"] = "1" })]),
            ],
            new Dictionary<(string, int), long> { [("topic.good", 0)] = 6, [("topic.bad", 0)] = 1 }
        );

        var append = () => _world.Sink.AppendAsync(batch, Cancelled);

        (await append.Should().ThrowAsync<SinkRowException>()).WithMessage("*bad*");
        (await _world.Offsets("good")).Should().BeEmpty();
        (await _world.Sink.ReadPositionsAsync(Source, Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task AppendAsync_SystemColumns_TellOriginAndTimes()
    {
        var before = TimeProvider.System.GetUtcNow();
        await _world.Append(Dataset("payments"), s_schema, next: 8, Payment(7));

        (
            await _world.Query(
                """
                SELECT FORMAT('%d | %d | %s | %s | %d', _kafka_partition, _offset,
                  FORMAT_TIMESTAMP('%F %T', _event_time), _source, amount) FROM energy.payments
                """
            )
        ).Should().Equal("0 | 7 | 1970-01-01 00:00:07 | cluster-1 | 7");
        var ingested = await _world.Query("SELECT CAST(UNIX_MILLIS(_ingested_at) AS STRING) FROM energy.payments");
        DateTimeOffset
            .FromUnixTimeMilliseconds(long.Parse(ingested[0]!, CultureInfo.InvariantCulture))
            .Should()
            .BeCloseTo(before, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task AppendAsync_RowBehindThePosition_IsRefused()
    {
        var dataset = Dataset("payments");
        await _world.Append(dataset, s_schema, next: 10, Payment(9));

        var again = () => _world.Append(dataset, s_schema, next: 11, Payment(9), Payment(10));
        var back = () => _world.Append(dataset, s_schema, next: 9);
        var elsewhere = () =>
            _world.NewSink().AppendAsync(Batch(dataset, s_schema, next: 11, Payment(9), Payment(10)), Cancelled);
        var backElsewhere = () => _world.NewSink().AppendAsync(Batch(dataset, s_schema, next: 9), Cancelled);

        await again.Should().ThrowAsync<SinkPositionException>();
        await back.Should().ThrowAsync<SinkPositionException>();
        await elsewhere.Should().ThrowAsync<SinkPositionException>();
        await backElsewhere.Should().ThrowAsync<SinkPositionException>();
        (await _world.Offsets()).Should().Equal(9);
        (await _world.Position()).Should().Be(10);
    }

    [Fact]
    public async Task AppendAsync_RowBeyondThePosition_IsRefused()
    {
        var append = () => _world.Append(Dataset("payments"), s_schema, next: 1, Payment(1));

        await append.Should().ThrowAsync<ArgumentException>();
        (await _world.Position()).Should().BeNull();
    }

    [Fact]
    public async Task AppendAsync_AnOffsetTwice_IsRefusedWhole()
    {
        var append = () => _world.Append(Dataset("payments"), s_schema, next: 10, Payment(8), Payment(9), Payment(8));

        await append.Should().ThrowAsync<SinkPositionException>();
        (await _world.Position()).Should().BeNull();
    }

    [Fact]
    public async Task AppendAsync_PartitionWithoutRows_MovesItsPosition()
    {
        await _world.Append(Dataset("payments"), s_schema, next: 5);
        await _world.Append(Dataset("payments"), s_schema, next: 9);
        await _world.Append(Dataset("payments"), s_schema, next: 12, Payment(10));
        await _world.Append(Dataset("payments"), s_schema, next: 20);

        (await _world.Position()).Should().Be(20);
        (await _world.Offsets()).Should().Equal(10);
    }

    [Fact]
    public async Task AppendAsync_SameOffsetOfAnotherSource_IsAnotherEvent()
    {
        var batch = Batch(Dataset("payments"), s_schema, next: 1, Payment(0));
        await _world.Sink.AppendAsync(batch, Cancelled);
        await _world.Sink.AppendAsync(batch with { Source = "cluster-2" }, Cancelled);

        (await _world.Query("SELECT _source FROM energy.payments ORDER BY 1")).Should().Equal("cluster-1", "cluster-2");
    }

    [Fact]
    public async Task AppendAsync_RowsOfTwoSchemasMixed_LandInTheOrderOfTheirOffsets()
    {
        var wider = Schema([.. s_schema.Columns, Field("note", ScalarKind.Text)]);
        var dataset = Dataset("payments");
        MaskedRow Wide(long offset) =>
            Row(
                offset,
                new()
                {
                    ["id"] = null,
                    ["amount"] = "1",
                    ["note"] = $"n{offset}",
                }
            );

        await _world.Sink.AppendAsync(
            new MaskedBatch(
                Source,
                [new(dataset, s_schema, [Payment(3), Payment(1)]), new(dataset, wider, [Wide(2), Wide(4)])],
                new Dictionary<(string, int), long> { [(dataset.Topic, 0)] = 5 }
            ),
            Cancelled
        );

        (await _world.Rows("payments"))
            .Select(row => row!["f"]![1]!["v"]!.GetValue<string>())
            .Should()
            .Equal("1", "2", "3", "4");
        (await _world.Query("SELECT note FROM energy.payments ORDER BY _offset"))
            .Should()
            .Equal(null, "n2", null, "n4");
    }

    [Fact]
    public async Task AppendAsync_MoreThanARequestHolds_IsSplitAndLandsWhole()
    {
        var schema = Schema(Field("t", ScalarKind.Text));
        var text = new string('x', 1_000_000);
        MaskedRow[] rows = [.. Enumerable.Range(0, 25).Select(offset => Row(offset, new() { ["t"] = text }))];

        await _world.Append(Dataset("payments"), schema, next: 25, rows);

        (await _world.Offsets()).Should().Equal(Enumerable.Range(0, 25).Select(offset => (long)offset));
        _world
            .StandIn.World.Table("test-project", "energy", "payments")
            .Rows.Should()
            .AllSatisfy(row => row.Cells[5].Should().Be(text));
        _world.StandIn.Faults.Operations.Count(operation => operation == "AppendRows").Should().BeGreaterThan(3);
    }

    [Fact]
    public async Task AppendAsync_RowLongerThanARequest_IsRefused()
    {
        var row = Row(0, new() { ["t"] = new string('x', 9_500_000) });

        var append = () => _world.Append(Dataset("payments"), Schema(Field("t", ScalarKind.Text)), next: 1, row);

        await append.Should().ThrowAsync<SinkRowException>();
    }

    [Fact]
    public async Task AppendAsync_Replayed_LandsOnceAndLeavesPositions()
    {
        var dataset = Dataset("payments");
        await _world.Append(dataset, s_schema, next: 10, Payment(9));
        var replay = Batch(dataset, s_schema, next: 3, Payment(2), Payment(2), Payment(3)) with { Replayed = true };

        await _world.Sink.AppendAsync(replay, Cancelled);
        await _world.Sink.AppendAsync(replay, Cancelled);
        await _world.NewSink().AppendAsync(replay, Cancelled);

        (await _world.Offsets()).Should().Equal(2, 3, 9);
        (await _world.Position()).Should().Be(10);
    }

    [Fact]
    public async Task AppendAsync_ReplayOfARowThatLanded_AddsNothing()
    {
        var dataset = Dataset("payments");
        await _world.Append(dataset, s_schema, next: 10, Payment(9));

        await _world.Sink.AppendAsync(
            Batch(dataset, s_schema, next: 10, Payment(8), Payment(9)) with
            {
                Replayed = true,
            },
            Cancelled
        );

        (await _world.Offsets()).Should().Equal(8, 9);
    }

    [Fact]
    public async Task AppendAsync_ReplayOfARowThatWasErasedSince_AddsNothing()
    {
        var dataset = Dataset("payments");
        var replay = Batch(dataset, s_schema, next: 3, Payment(2), Payment(3)) with { Replayed = true };
        await _world.Sink.AppendAsync(replay, Cancelled);
        await _world.Query("DELETE FROM energy.payments WHERE _offset = 2");

        await _world.Sink.AppendAsync(replay, Cancelled);

        (await _world.Offsets()).Should().Equal(3);
    }

    [Fact]
    public async Task ProbeAsync_GoodRow_LeavesNothing()
    {
        await _world.Sink.ProbeAsync(new(Dataset("payments"), s_schema, [Payment(0)]), Cancelled);
        await _world.Sink.ProbeAsync(new(Dataset("payments"), s_schema, [Payment(0)]), Cancelled);

        (await _world.Offsets()).Should().BeEmpty();
    }

    [Fact]
    public async Task ProbeAsync_BadRow_SaysSo()
    {
        var rows = new MaskedRows(Dataset("payments"), s_schema, [Row(0, new() { ["id"] = null })]);

        var probe = () => _world.Sink.ProbeAsync(rows, Cancelled);

        await probe.Should().ThrowAsync<SinkRowException>();
    }

    [Fact]
    public async Task AppendAsync_Cancelled_LeavesNothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        var append = () =>
            _world.Sink.AppendAsync(Batch(Dataset("payments"), s_schema, next: 1, Payment(0)), source.Token);

        await append.Should().ThrowAsync<OperationCanceledException>();
        (await _world.Position()).Should().BeNull();
    }

    [Fact]
    public async Task AppendAsync_RecordWithoutColumns_LandsItsOrigin()
    {
        await _world.Append(Dataset("bare"), Schema(), next: 1, Row(0, []));

        (await _world.Offsets("bare")).Should().Equal(0);
    }

    [Fact]
    public async Task AppendAsync_TableDroppedMeanwhile_IsMadeAgain()
    {
        var dataset = Dataset("payments");
        await _world.Append(dataset, s_schema, next: 1, Payment(0));
        await _world.Query("DROP TABLE energy.payments");

        for (var tries = 0; tries < 3; tries++)
        {
            try
            {
                await _world.Append(dataset, s_schema, next: 2, Payment(1));
                break;
            }
            catch (Governance.Policies.Warehouse.WarehouseException) when (tries < 2)
            {
                // Told that it is gone; the next batch makes it.
            }
        }

        (await _world.Offsets()).Should().Equal(1);
        (await _world.Position()).Should().Be(2);
    }

    private static ScalarType Scalar(ScalarKind kind) =>
        kind == ScalarKind.Decimal ? new(kind, Precision: 10, Scale: 2) : new(kind);

    private static MaskedRow Payment(long offset) =>
        Row(offset, new() { ["id"] = "ffffffff-ffff-4fff-bfff-ffffffffffff", ["amount"] = $"{offset}" });

    private static string? Scalar(JsonNode? cell) => cell?["v"]?.GetValue<string>();

    private static JsonArray Record(JsonNode? cell) => cell!["v"]!["f"]!.AsArray();

    private static JsonArray Items(JsonNode? cell) => cell!["v"]!.AsArray();

    // The same value in one form: what each warehouse prints differs.
    private static string? Same(ScalarKind kind, string? value) =>
        value is null
            ? null
            : kind switch
            {
                ScalarKind.Bytes => Convert.ToHexStringLower(Convert.FromBase64String(value)),
                ScalarKind.Float or ScalarKind.Double => Bits(double.Parse(value, CultureInfo.InvariantCulture)),
                ScalarKind.LocalTimestamp => value.Replace('T', ' '),
                _ => value,
            };

    private static string Duck(ScalarKind kind, string value) =>
        kind switch
        {
            ScalarKind.Bytes => $"lower(hex({value}))",
            ScalarKind.Float => $"CAST(CAST({value} AS DOUBLE) AS VARCHAR)",
            ScalarKind.Timestamp => $"CAST(epoch_us({value}) AS VARCHAR)",
            ScalarKind.LocalTimestamp => $"strftime({value}, '%Y-%m-%d %H:%M:%S.%f')",
            ScalarKind.Time => $"strftime(DATE '2000-01-01' + {value}, '%H:%M:%S.%f')",
            // DuckDB itself would print NUL as an escape.
            ScalarKind.Text => $"hex(encode({value}))",
            _ => $"CAST({value} AS VARCHAR)",
        };

    private static string? FromDuck(ScalarKind kind, string value) =>
        value == "NULL"
            ? null
            : kind switch
            {
                ScalarKind.Float or ScalarKind.Double => Bits(
                    value switch
                    {
                        "inf" => double.PositiveInfinity,
                        "-inf" => double.NegativeInfinity,
                        "nan" => double.NaN,
                        _ => double.Parse(value, CultureInfo.InvariantCulture),
                    }
                ),
                ScalarKind.Text => Encoding.UTF8.GetString(Convert.FromHexString(value)),
                _ => value,
            };

    private static string Bits(double value) =>
        double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);
}
