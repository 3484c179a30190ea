using System.Text;
using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb;

public sealed class AppendTests : IDisposable
{
    private static readonly MaskedSchema s_schema = Schema(
        Field("id", ScalarKind.Uuid),
        Field("amount", ScalarKind.Int32)
    );

    private readonly TemporaryWarehouse _warehouse = new();

    public void Dispose() => _warehouse.Dispose();

    public static TheoryData<ScalarKind, string, string> Scalars =>
        new()
        {
            { ScalarKind.Text, "a\u0000b \"q\" \\ 😀 'x' null", "a\\0b \"q\" \\ 😀 'x' null" },
            { ScalarKind.Text, "", "" },
            { ScalarKind.Bytes, "00ff7f225c0a", "\\x00\\xFF\\x7F\\x22\\x5C\\x0A" },
            { ScalarKind.Bytes, "", "" },
            { ScalarKind.Boolean, "true", "true" },
            { ScalarKind.Boolean, "false", "false" },
            { ScalarKind.Int32, "-2147483648", "-2147483648" },
            { ScalarKind.Int64, "9223372036854775807", "9223372036854775807" },
            { ScalarKind.Float, "3.4028235E+38", "3.4028235e+38" },
            { ScalarKind.Float, "NaN", "nan" },
            { ScalarKind.Double, "5E-324", "5e-324" },
            { ScalarKind.Double, "Infinity", "inf" },
            { ScalarKind.Double, "-Infinity", "-inf" },
            { ScalarKind.Decimal, "-12345678.90", "-12345678.90" },
            { ScalarKind.Date, "0001-01-01", "0001-01-01" },
            { ScalarKind.Date, "9999-12-31", "9999-12-31" },
            { ScalarKind.Time, "23:59:59.999999", "23:59:59.999999" },
            { ScalarKind.Timestamp, "2024-02-29T23:59:59.123456Z", "2024-02-29 23:59:59.123456+00" },
            { ScalarKind.LocalTimestamp, "1969-12-31T23:59:59.000001", "1969-12-31 23:59:59.000001" },
            { ScalarKind.Uuid, "ffffffff-ffff-4fff-bfff-ffffffffffff", "ffffffff-ffff-4fff-bfff-ffffffffffff" },
        };

    [Theory]
    [MemberData(nameof(Scalars))]
    public async Task AppendAsync_ScalarAnywhere_IsReadBackBySql(ScalarKind kind, string text, string stored)
    {
        var type = Scalar(kind);
        var dataset = Dataset("values");
        var schema = Schema(
            Field("plain", type),
            Field("none", type),
            Field("record", new StructType([Field("in ner", type), Field("none", type)])),
            Field("list", new ListType(type, ItemNullable: true)),
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
            Field("list_none", new ListType(type, ItemNullable: true)),
            Field("map_none", new MapType(type, ValueNullable: true))
        );

        await _warehouse.Append(
            dataset,
            schema,
            next: 1,
            Row(
                0,
                new()
                {
                    ["plain"] = text,
                    ["none"] = null,
                    ["record"] = new JsonObject { ["in ner"] = text, ["none"] = null },
                    ["list"] = new JsonArray(text, null, text),
                    ["map"] = new JsonObject { ["k"] = text, ["n"] = null },
                    ["deep"] = new JsonArray(
                        new JsonObject { ["k"] = new JsonObject { ["l"] = new JsonArray(text) } },
                        new JsonObject { ["k"] = null },
                        new JsonObject { ["k"] = new JsonObject { ["l"] = null } },
                        new JsonObject(),
                        null
                    ),
                    ["record_none"] = null,
                    ["list_none"] = null,
                    ["map_none"] = null,
                }
            )
        );

        var cells = await _warehouse.Query(
            """
            SELECT unnest([CAST(plain AS VARCHAR), CAST(none AS VARCHAR),
                CAST("record"."in ner" AS VARCHAR), CAST("record"."none" AS VARCHAR),
                CAST(list[1] AS VARCHAR), CAST(list[2] AS VARCHAR), CAST(list[3] AS VARCHAR), CAST(len(list) AS VARCHAR),
                CAST(map['k'] AS VARCHAR), CAST(map['n'] AS VARCHAR), CAST(cardinality(map) AS VARCHAR),
                CAST(deep[1]['k'].l[1] AS VARCHAR), CAST(deep[2]['k'] AS VARCHAR), CAST(cardinality(deep[2]) AS VARCHAR),
                CAST(deep[3]['k'].l AS VARCHAR), CAST(deep[3]['k'] IS NULL AS VARCHAR), CAST(cardinality(deep[4]) AS VARCHAR),
                CAST(deep[5] AS VARCHAR), CAST(len(deep) AS VARCHAR),
                CAST(record_none AS VARCHAR), CAST(list_none AS VARCHAR), CAST(map_none AS VARCHAR)]) FROM "values"
            """
        );
        string[] expected =
        [
            .. new[] { stored, "NULL", stored, "NULL", stored, "NULL", stored, "3", stored, "NULL", "2" },
            .. new[] { stored, "NULL", "1", "NULL", "false", "0", "NULL", "5", "NULL", "NULL", "NULL" },
        ];
        cells.Select(cell => cell.Replace("\0", "\\0", StringComparison.Ordinal)).Should().Equal(expected);
    }

    [Theory]
    [InlineData(ScalarKind.Boolean, "maybe")]
    [InlineData(ScalarKind.Int32, "2147483648")]
    [InlineData(ScalarKind.Int32, "1.5")]
    [InlineData(ScalarKind.Int64, "12x")]
    [InlineData(ScalarKind.Double, "")]
    [InlineData(ScalarKind.Decimal, "123456789.00")]
    [InlineData(ScalarKind.Date, "2023-02-29")]
    [InlineData(ScalarKind.Time, "24:00:01")]
    [InlineData(ScalarKind.Timestamp, "yesterday")]
    [InlineData(ScalarKind.Uuid, "ffffffff-ffff-4fff-bfff-fffffffffff")]
    [InlineData(ScalarKind.Bytes, "zz")]
    public async Task AppendAsync_ValueThatDoesNotFit_IsRefusedWithoutBeingQuoted(ScalarKind kind, string text)
    {
        var schema = Schema(Field("list", new ListType(Scalar(kind), ItemNullable: true)));
        var row = Row(0, new() { ["list"] = new JsonArray(text) });

        var append = () => _warehouse.Append(Dataset("values"), schema, next: 1, row);

        var refused = await append.Should().ThrowAsync<SinkRowException>();
        refused.Which.InnerException.Should().BeNull();
        if (text.Length > 0)
        {
            refused.Which.Message.Should().NotContain(text);
        }

        (await _warehouse.Query("SELECT * FROM \"values\"")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":null,"amount":"1","more":"1"}""")]
    [InlineData("""{"id":null,"amount":"1","amount":"2"}""")]
    [InlineData("""{"id":null,"Amount":"1"}""")]
    [InlineData("""{"id":null,"amount":{"a":"1"}}""")]
    [InlineData("""{"id":null,"amount":"1" """)]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task AppendAsync_JsonOfAnotherShape_IsRefusedAndTakesAllBack(string json)
    {
        var dataset = Dataset("payments");
        await _warehouse.Append(dataset, s_schema, next: 1, Payment(0));

        var append = () =>
            _warehouse.Append(
                dataset,
                s_schema,
                next: 3,
                Payment(1),
                new MaskedRow(0, 2, DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes(json))
            );

        await append.Should().ThrowAsync<SinkRowException>();
        (await _warehouse.Query("SELECT _offset FROM payments")).Should().Equal("0");
        (await Positions()).Should().ContainSingle().Which.Value.Should().Be(1);
    }

    [Fact]
    public async Task AppendAsync_OfSingleValues_IntoATableThatHasMore_LeavesTheRestNull()
    {
        var dataset = Dataset("payments");
        foreach (
            var (at, more) in new MaskedType[]
            {
                new StructType([Field("a", ScalarKind.Text)]),
                new ListType(ScalarType.Text, ItemNullable: true),
                new MapType(ScalarType.Text, ValueNullable: true),
                new ScalarType(ScalarKind.Decimal, 10, 2),
                new ScalarType(ScalarKind.Date),
            }.Index()
        )
        {
            await _warehouse.Warehouse.EnsureTableAsync(dataset, Schema(Field($"more{at}", more)), Cancelled);
            await _warehouse.Append(dataset, s_schema, next: at + 1, Payment(at));
        }

        (await _warehouse.Query("SELECT _offset, amount, more0, more1, more2, more3, more4 FROM payments ORDER BY 1"))
            .Should()
            .Equal(Enumerable.Range(0, 5).Select(at => $"{at} | {at} | NULL | NULL | NULL | NULL | NULL"));
    }

    [Fact]
    public async Task AppendAsync_BatchOfSeveralDatasets_IsTakenBackAsOne()
    {
        var batch = new MaskedBatch(
            Source,
            [
                new(Dataset("good"), s_schema, [Payment(5)]),
                new(Dataset("bad"), s_schema, [Row(0, new() { ["id"] = "not a uuid", ["amount"] = "1" })]),
            ],
            new Dictionary<(string, int), long> { [("topic.good", 0)] = 6, [("topic.bad", 0)] = 1 }
        );

        var append = () => _warehouse.Warehouse.AppendAsync(batch, Cancelled);

        (await append.Should().ThrowAsync<SinkRowException>()).WithMessage("*bad*");
        (await _warehouse.Query("SELECT * FROM good")).Should().BeEmpty();
        (await Positions()).Should().BeEmpty();
    }

    [Fact]
    public async Task AppendAsync_SystemColumns_TellOriginAndTimes()
    {
        await _warehouse.Append(Dataset("payments"), s_schema, next: 8, Payment(7));

        (await _warehouse.Query("SELECT _partition, _offset, _event_time, _ingested_at, _source, amount FROM payments"))
            .Should()
            .Equal("0 | 7 | 1970-01-01 00:00:07+00 | 2026-03-04 05:06:07+00 | cluster-1 | 7");
    }

    [Fact]
    public async Task AppendAsync_RowBehindThePosition_IsRefused()
    {
        var dataset = Dataset("payments");
        await _warehouse.Append(dataset, s_schema, next: 10, Payment(9));

        var again = () => _warehouse.Append(dataset, s_schema, next: 11, Payment(9), Payment(10));
        var back = () => _warehouse.Append(dataset, s_schema, next: 9);

        await again.Should().ThrowAsync<SinkPositionException>();
        await back.Should().ThrowAsync<SinkPositionException>();
        (await _warehouse.Query("SELECT _offset FROM payments")).Should().Equal("9");
        (await Positions())[("topic.payments", 0)].Should().Be(10);
    }

    [Fact]
    public async Task AppendAsync_RowBeyondThePosition_IsRefused()
    {
        var append = () => _warehouse.Append(Dataset("payments"), s_schema, next: 1, Payment(1));

        await append.Should().ThrowAsync<ArgumentException>();
        (await Positions()).Should().BeEmpty();
    }

    [Fact]
    public async Task AppendAsync_SameOffsetOfAnotherSource_IsAnotherEvent()
    {
        var batch = Batch(Dataset("payments"), s_schema, next: 1, Payment(0));
        await _warehouse.Warehouse.AppendAsync(batch, Cancelled);
        await _warehouse.Warehouse.AppendAsync(batch with { Source = "cluster-2" }, Cancelled);

        (await _warehouse.Query("SELECT _source FROM payments ORDER BY 1")).Should().Equal("cluster-1", "cluster-2");
    }

    [Fact]
    public async Task AppendAsync_TwoWritersOfOneRange_AppendItOnce()
    {
        var dataset = Dataset("payments");
        var writers = Enumerable
            .Range(0, 8)
            .Select(async _ =>
            {
                try
                {
                    await _warehouse.Append(dataset, s_schema, next: 2, Payment(0), Payment(1));
                    return 1;
                }
                catch (SinkPositionException)
                {
                    return 0;
                }
            });

        (await Task.WhenAll(writers)).Sum().Should().Be(1);
        (await _warehouse.Query("SELECT _offset FROM payments ORDER BY 1")).Should().Equal("0", "1");
    }

    [Fact]
    public async Task AppendAsync_Replayed_LandsOnceAndLeavesPositions()
    {
        var dataset = Dataset("payments");
        await _warehouse.Append(dataset, s_schema, next: 10, Payment(9));
        var replay = Batch(dataset, s_schema, next: 3, Payment(2), Payment(2), Payment(3)) with { Replayed = true };

        await _warehouse.Warehouse.AppendAsync(replay, Cancelled);
        await _warehouse.Warehouse.AppendAsync(replay, Cancelled);

        (await _warehouse.Query("SELECT _offset FROM payments ORDER BY 1")).Should().Equal("2", "3", "9");
        (await Positions())[("topic.payments", 0)].Should().Be(10);
    }

    [Fact]
    public async Task AppendAsync_ReplayOfARowThatLanded_AddsNothing()
    {
        var dataset = Dataset("payments");
        await _warehouse.Append(dataset, s_schema, next: 10, Payment(9));

        await _warehouse.Warehouse.AppendAsync(
            Batch(dataset, s_schema, next: 10, Payment(8), Payment(9)) with
            {
                Replayed = true,
            },
            Cancelled
        );

        (await _warehouse.Query("SELECT _offset FROM payments ORDER BY 1")).Should().Equal("8", "9");
    }

    [Fact]
    public async Task AppendAsync_AnOffsetTwice_IsRefusedWhole()
    {
        var append = () =>
            _warehouse.Append(Dataset("payments"), s_schema, next: 10, Payment(8), Payment(9), Payment(8));

        await append.Should().ThrowAsync<SinkPositionException>();
        (await Positions()).Should().BeEmpty();
    }

    [Fact]
    public async Task ProbeAsync_GoodRow_LeavesNothing()
    {
        await _warehouse.Warehouse.ProbeAsync(new(Dataset("payments"), s_schema, [Payment(0)]), Cancelled);

        (await _warehouse.Query("SELECT * FROM payments")).Should().BeEmpty();
    }

    [Fact]
    public async Task ProbeAsync_BadRow_SaysSo()
    {
        var rows = new MaskedRows(Dataset("payments"), s_schema, [Row(0, new() { ["id"] = null })]);

        var probe = () => _warehouse.Warehouse.ProbeAsync(rows, Cancelled);

        await probe.Should().ThrowAsync<SinkRowException>();
    }

    [Fact]
    public async Task AppendAsync_Cancelled_LeavesNothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        var append = () =>
            _warehouse.Warehouse.AppendAsync(Batch(Dataset("payments"), s_schema, next: 1, Payment(0)), source.Token);

        await append.Should().ThrowAsync<OperationCanceledException>();
        (await Positions()).Should().BeEmpty();
    }

    [Fact]
    public async Task AppendAsync_RecordWithoutColumns_LandsItsOrigin()
    {
        await _warehouse.Append(Dataset("bare"), Schema(), next: 1, Row(0, []));

        (await _warehouse.Query("SELECT _offset FROM bare")).Should().Equal("0");
    }

    private static ScalarType Scalar(ScalarKind kind) =>
        kind == ScalarKind.Decimal ? new(kind, Precision: 10, Scale: 2) : new(kind);

    private static MaskedRow Payment(long offset) =>
        Row(offset, new() { ["id"] = "ffffffff-ffff-4fff-bfff-ffffffffffff", ["amount"] = $"{offset}" });

    private Task<IReadOnlyDictionary<(string Topic, int Partition), long>> Positions() =>
        _warehouse.Warehouse.ReadPositionsAsync(Source, Cancelled);
}
