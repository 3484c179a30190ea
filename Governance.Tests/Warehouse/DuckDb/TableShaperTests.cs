using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb;

public sealed class TableShaperTests : IDisposable
{
    private readonly TemporaryWarehouse _warehouse = new();

    public void Dispose() => _warehouse.Dispose();

    [Fact]
    public async Task EnsureTableAsync_NewTable_HasSystemColumnsFirst()
    {
        await Ensure("t", Field("a", ScalarKind.Text), Field("Select \"1\"", ScalarKind.Bytes));

        (
            await _warehouse.Query(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 't' ORDER BY column_index"
            )
        )
            .Should()
            .Equal(
                "_partition | INTEGER",
                "_offset | BIGINT",
                "_event_time | TIMESTAMP WITH TIME ZONE",
                "_ingested_at | TIMESTAMP WITH TIME ZONE",
                "_source | VARCHAR",
                "a | VARCHAR",
                "Select \"1\" | BLOB"
            );
    }

    [Fact]
    public async Task EnsureTableAsync_TableWithHostileName_IsThatTable()
    {
        const string Name = "a\"; DROP TABLE _governance_jobs; --";
        var schema = Schema(Field("x'); --", ScalarKind.Text));

        await _warehouse.Append(Dataset(Name), schema, next: 1, Row(0, new() { ["x'); --"] = "v" }));
        await _warehouse.Append(
            Dataset(Name),
            Schema(Field("y", ScalarKind.Text)),
            next: 2,
            Row(1, new() { ["y"] = "w" })
        );

        var table = (await _warehouse.Warehouse.DescribeAsync(Cancelled)).Should().ContainSingle().Which;
        (table.Name, table.Rows).Should().Be((Name, 2));
    }

    public static TheoryData<ScalarType, ScalarType, string> Promotions =>
        new()
        {
            { new(ScalarKind.Int32), new(ScalarKind.Int64), "BIGINT" },
            { new(ScalarKind.Int32), new(ScalarKind.Double), "DOUBLE" },
            { new(ScalarKind.Int64), new(ScalarKind.Double), "DOUBLE" },
            { new(ScalarKind.Float), new(ScalarKind.Double), "DOUBLE" },
            { new(ScalarKind.Int32), new(ScalarKind.Float), "DOUBLE" },
            { new(ScalarKind.Int64), new(ScalarKind.Float), "DOUBLE" },
            { new(ScalarKind.Float), new(ScalarKind.Int32), "DOUBLE" },
            { new(ScalarKind.Float), new(ScalarKind.Int64), "DOUBLE" },
            { new(ScalarKind.Decimal, 6, 2), new(ScalarKind.Decimal, 10, 4), "DECIMAL(10,4)" },
            { new(ScalarKind.Decimal, 6, 4), new(ScalarKind.Decimal, 6, 2), "DECIMAL(8,4)" },
        };

    [Theory]
    [MemberData(nameof(Promotions))]
    public async Task EnsureTableAsync_PromotedNumber_KeepsRowsAndTakesBothSchemas(
        ScalarType narrow,
        ScalarType wide,
        string expected
    )
    {
        MaskedSchema Of(ScalarType type) =>
            Schema(
                Field("n", type),
                Field("s", new StructType([Field("n", type)])),
                Field("l", new ListType(new StructType([Field("n", type)]), ItemNullable: true)),
                Field("m", new MapType(type, ValueNullable: true))
            );
        MaskedRow Value(long offset, string text) =>
            Row(
                offset,
                new()
                {
                    ["n"] = text,
                    ["s"] = new JsonObject { ["n"] = text },
                    ["l"] = new JsonArray(new JsonObject { ["n"] = text }, null),
                    ["m"] = new JsonObject { ["k"] = text },
                }
            );
        var dataset = Dataset("t");
        var first = Of(narrow);

        await _warehouse.Append(dataset, first, next: 1, Value(0, "1"));
        await _warehouse.Append(dataset, Of(wide), next: 2, Value(1, "2"));
        await _warehouse.Append(dataset, first, next: 3, Value(2, "3"));
        await _warehouse.Append(dataset, Of(narrow), next: 4, Value(3, "4"));

        (await _warehouse.Type("t", "n")).Should().Be(expected);
        (await _warehouse.Type("t", "s")).Should().Be($"STRUCT(n {expected})");
        (await _warehouse.Type("t", "l")).Should().Be($"STRUCT(n {expected})[]");
        (await _warehouse.Type("t", "m")).Should().Be($"MAP(VARCHAR, {expected})");
        (
            await _warehouse.Query(
                "SELECT CAST(n AS INT), CAST(s.n AS INT), CAST(l[1].n AS INT), l[2], CAST(m['k'] AS INT) FROM t ORDER BY 1"
            )
        )
            .Should()
            .Equal("1 | 1 | 1 | NULL | 1", "2 | 2 | 2 | NULL | 2", "3 | 3 | 3 | NULL | 3", "4 | 4 | 4 | NULL | 4");
    }

    [Fact]
    public async Task EnsureTableAsync_NewFieldsAnywhere_JoinInAndOldRowsStillAppend()
    {
        var dataset = Dataset("t");
        var old = Nested([Field("a", ScalarKind.Int32)]);
        var grown = Nested(
            [Field("b b", ScalarKind.Bytes), Field("a", ScalarKind.Int32)],
            Field("top", ScalarKind.Uuid)
        );

        await _warehouse.Append(dataset, old, next: 1, NestedRow(0, new() { ["a"] = "1" }));
        await _warehouse.Append(
            dataset,
            grown,
            next: 2,
            NestedRow(1, new() { ["b b"] = "ff", ["a"] = "2" }, ("top", "ffffffff-ffff-4fff-bfff-ffffffffffff"))
        );
        await _warehouse.Append(dataset, old, next: 3, NestedRow(2, new() { ["a"] = "3" }));

        (
            await _warehouse.Query(
                "SELECT s.a, s.\"b b\", l[1].a, l[1].\"b b\", m['k'].a, m['k'].\"b b\", top IS NULL FROM t ORDER BY 1"
            )
        )
            .Should()
            .Equal(
                "1 | NULL | 1 | NULL | 1 | NULL | true",
                "2 | \\xFF | 2 | \\xFF | 2 | \\xFF | false",
                "3 | NULL | 3 | NULL | 3 | NULL | true"
            );
    }

    [Fact]
    public async Task EnsureTableAsync_AfterReopening_FindsTheTableAsItIs()
    {
        var schema = Nested([Field("a", ScalarKind.Int32), Field("ü \"q\"", ScalarKind.Timestamp)]);
        await _warehouse.Warehouse.EnsureTableAsync(Dataset("t"), schema, Cancelled);

        _warehouse.Reopen();
        await _warehouse.Warehouse.EnsureTableAsync(Dataset("t"), Nested([Field("c", ScalarKind.Time)]), Cancelled);

        (await _warehouse.Type("t", "l"))
            .Should()
            .Be("STRUCT(a INTEGER, \"ü \"\"q\"\"\" TIMESTAMP WITH TIME ZONE, c TIME)[]");
    }

    public static TheoryData<MaskedType, MaskedType> Apart =>
        new()
        {
            { ScalarType.Text, ScalarType.Uuid },
            { new ScalarType(ScalarKind.Int64), ScalarType.Text },
            { new ScalarType(ScalarKind.Int64), new ScalarType(ScalarKind.Boolean) },
            { new ScalarType(ScalarKind.Timestamp), new ScalarType(ScalarKind.LocalTimestamp) },
            { new ScalarType(ScalarKind.Decimal, 38, 0), new ScalarType(ScalarKind.Decimal, 38, 10) },
            { ScalarType.Text, new ListType(ScalarType.Text, ItemNullable: true) },
            { new StructType([Field("a", ScalarKind.Text)]), new MapType(ScalarType.Text, ValueNullable: true) },
        };

    [Theory]
    [MemberData(nameof(Apart))]
    public async Task EnsureTableAsync_TypesWithoutACommonOne_NamesTableAndColumn(MaskedType held, MaskedType written)
    {
        await Ensure("t", Field("s", new StructType([Field("x", held)])));

        var ensure = () =>
            Ensure("t", Field("fine", ScalarKind.Text), Field("s", new StructType([Field("x", written)])));
        var back = () => Ensure("u", Field("s", new StructType([Field("x", held)])));

        (await ensure.Should().ThrowAsync<SinkSchemaException>()).WithMessage("*Table t*s.x*");
        await back.Should().NotThrowAsync();
        (await _warehouse.Query("SELECT column_name FROM duckdb_columns() WHERE table_name = 't'"))
            .Should()
            .NotContain("fine", "a refused schema changes nothing");
    }

    [Theory]
    [InlineData("_governance_jobs")]
    [InlineData("_Governance")]
    [InlineData("")]
    public async Task EnsureTableAsync_NameOfTheAdapter_IsRefused(string name)
    {
        var ensure = () => Ensure(name, Field("a", ScalarKind.Text));

        await ensure.Should().ThrowAsync<SinkSchemaException>();
    }

    public static TheoryData<StructType> Unfit =>
        [
            new StructType([Field("_offset", ScalarKind.Int64)]),
            new StructType([Field("_SOURCE", ScalarKind.Text)]),
            new StructType([Field("rowid", ScalarKind.Text)]),
            new StructType([Field("a", ScalarKind.Text), Field("A", ScalarKind.Text)]),
            new StructType([Field("s", new StructType([Field("a", ScalarKind.Text), Field("A", ScalarKind.Text)]))]),
            new StructType([Field("s", new StructType([]))]),
            new StructType([Field("l", new ListType(new ScalarType(ScalarKind.Decimal, 39, 2), ItemNullable: true))]),
        ];

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task EnsureTableAsync_ColumnThatCannotBe_IsRefused(StructType columns)
    {
        var ensure = () => Ensure("t", [.. columns.Fields]);

        await ensure.Should().ThrowAsync<SinkSchemaException>();
        (await _warehouse.Warehouse.DescribeAsync(Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task EnsureTableAsync_NameInOtherCase_IsRefused()
    {
        await Ensure("Payments", Field("Amount", ScalarKind.Text));

        var table = () => Ensure("payments", Field("Amount", ScalarKind.Text));
        var column = () => Ensure("Payments", Field("amount", ScalarKind.Text));

        await table.Should().ThrowAsync<SinkSchemaException>();
        await column.Should().ThrowAsync<SinkSchemaException>();
    }

    private static MaskedSchema Nested(MaskedField[] fields, params MaskedField[] more)
    {
        var record = new StructType([.. fields]);
        return Schema([
            Field("s", record),
            Field("l", new ListType(record, ItemNullable: true)),
            Field("m", new MapType(record, ValueNullable: true)),
            .. more,
        ]);
    }

    private static MaskedRow NestedRow(long offset, JsonObject record, params (string Name, string Value)[] more)
    {
        var json = new JsonObject
        {
            ["s"] = record.DeepClone(),
            ["l"] = new JsonArray(record.DeepClone()),
            ["m"] = new JsonObject { ["k"] = record.DeepClone() },
        };
        foreach (var (name, value) in more)
        {
            json[name] = value;
        }

        return Row(offset, json);
    }

    private Task Ensure(string table, params MaskedField[] fields) =>
        _warehouse.Warehouse.EnsureTableAsync(Dataset(table), Schema([.. fields]), Cancelled);
}
