using System.Text.Json.Nodes;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.StorageWrite;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Governance.Tests.Support.BigQuery;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>Rows as protobuf, read by implementations that are not ours.</summary>
public sealed class RowPlanTests
{
    private const int MostBytes = 9_000_000;
    private static readonly DateTimeOffset s_now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static readonly MaskedSchema s_all = Schema(
        Field("t", ScalarKind.Text),
        Field("b", ScalarKind.Bytes),
        Field("o", ScalarKind.Boolean),
        Field("i", ScalarKind.Int64),
        Field("f", ScalarKind.Double),
        Field("n", new ScalarType(ScalarKind.Decimal, 10, 2)),
        Field("d", ScalarKind.Date),
        Field("m", ScalarKind.Time),
        Field("s", ScalarKind.Timestamp),
        Field("l", ScalarKind.LocalTimestamp),
        Field("u", ScalarKind.Uuid),
        Field(
            "r",
            new StructType([Field("x", ScalarKind.Text), Field("y", new StructType([Field("z", ScalarKind.Int32)]))])
        ),
        Field("li", new ListType(new ListType(ScalarType.Text, ItemNullable: false), ItemNullable: true)),
        Field("ma", new MapType(new StructType([Field("x", ScalarKind.Int32)]), ValueNullable: true))
    );

    [Fact]
    public void Schema_OfAnyTable_IsAValidDescriptor()
    {
        var message = Shape(s_all).Schema.ProtoDescriptor;
        var file = new FileDescriptorProto { Name = "row.proto", Syntax = "proto2" };
        file.MessageType.Add(message);

        var built = FileDescriptor.BuildFromByteStrings([file.ToByteString()])[0].MessageTypes[0];

        built
            .FindFieldByName("r")
            .MessageType.FindFieldByName("y")
            .MessageType.FindFieldByName("z")
            .FieldNumber.Should()
            .Be(1);
        built.FindFieldByName("li").IsRepeated.Should().BeTrue();
        built.FindFieldByName("ma").MessageType.FindFieldByName("key").IsRequired.Should().BeTrue();
        built.FindFieldByName("_offset").FieldNumber.Should().Be(2);
    }

    [Fact]
    public async Task Write_AllTypes_IsReadByAForeignImplementation()
    {
        var row = Row(
            7,
            new()
            {
                ["t"] = "ä \"q\" \\ 😀",
                ["b"] = "00ff",
                ["o"] = "true",
                ["i"] = "-1",
                ["f"] = "-0.5",
                ["n"] = "-12.30",
                ["d"] = "1969-12-31",
                ["m"] = "01:02:03.000004",
                ["s"] = "1969-12-31T23:59:59.999999Z",
                ["l"] = "2024-02-29T00:00:00.000000",
                ["u"] = "FFFFFFFF-ffff-4fff-bfff-ffffffffffff",
                ["r"] = new JsonObject
                {
                    ["x"] = new string('x', 200),
                    ["y"] = new JsonObject { ["z"] = "5" },
                },
                ["li"] = new JsonArray(new JsonArray("a", "b"), null, new JsonArray()),
                ["ma"] = new JsonObject
                {
                    ["k"] = new JsonObject { ["x"] = "1" },
                    [""] = null,
                },
            }
        );

        var read = await ReadAsync(s_all, row);

        JsonNode
            .DeepEquals(
                read[0],
                JsonNode.Parse(
                    """
                    {"_kafka_partition":"0","_offset":"7","_event_time":"7000000","_ingested_at":"1772600767000000","_source":"cluster-1",
                     "t":"ä \"q\" \\ 😀","b":"AP8=","o":true,"i":"-1","f":-0.5,"n":"-12.30","d":-1,"m":"01:02:03.000004","s":"-1",
                     "l":"2024-02-29T00:00:00.000000","u":"ffffffff-ffff-4fff-bfff-ffffffffffff",
                     "r":{"x":"LONG","y":{"z":"5"}},
                     "li":[{"_list_item":["a","b"]},{},{}],
                     "ma":[{"key":"k","value":{"x":"1"}},{"key":""}]}
                    """.Replace("LONG", new string('x', 200), StringComparison.Ordinal)
                )
            )
            .Should()
            .BeTrue(read.ToJsonString());
    }

    [Fact]
    public async Task Write_NullsAlone_SendsNothingOfThem()
    {
        var json = new JsonObject();
        foreach (var field in s_all.Columns)
        {
            json[field.Name] = null;
        }

        (await ReadAsync(s_all, Row(0, json)))[0]!
            .AsObject()
            .Select(field => field.Key)
            .Should()
            .BeEquivalentTo(SystemColumns.All.Select(column => column.Name));
    }

    /// <summary>Lengths around those where a length takes another byte, nested, so that what follows has to move.</summary>
    [Fact]
    public void Write_MessagesOfAnyLength_AreReadBack()
    {
        var schema = Schema(
            Field(
                "r",
                new StructType([
                    Field("a", ScalarKind.Text),
                    Field("s", new StructType([Field("b", ScalarKind.Text), Field("c", ScalarKind.Text)])),
                    Field("d", ScalarKind.Text),
                ])
            )
        );
        var shape = Shape(schema);
        var plan = RowPlan.Compile(shape, schema);
        var length = Gen.OneOf(Gen.Int[0, 3], Gen.Int[110, 135], Gen.Int[16_370, 16_400]);
        Gen.Select(length, length, length, length)
            .Sample(
                (a, b, c, d) =>
                {
                    using var rows = new EncodedRows(shape, "s", s_now);
                    var json = new JsonObject
                    {
                        ["r"] = new JsonObject
                        {
                            ["a"] = new string('a', a),
                            ["s"] = new JsonObject { ["b"] = new string('b', b), ["c"] = new string('c', c) },
                            ["d"] = new string('d', d),
                        },
                    };
                    rows.Add(plan, Row(0, json), MostBytes);
                    rows.Add(plan, Row(1, new() { ["r"] = null }), MostBytes);
                    var sent = rows.Requests(MostBytes).Single();
                    var read = Message(Message(sent[0], number: 6), number: 2);
                    Message(Message(sent[0], 6), 1).Length.Should().Be(a);
                    Message(read, 1).ToStringUtf8().Should().Be(new string('b', b));
                    Message(read, 2).ToStringUtf8().Should().Be(new string('c', c));
                    Message(Message(sent[0], 6), 3).ToStringUtf8().Should().Be(new string('d', d));
                    Message(sent[1], 6).Should().BeSameAs(ByteString.Empty);
                },
                iter: 300
            );
    }

    [Fact]
    public void Add_RowThatDoesNotFit_LeavesTheOthersAsTheyAre()
    {
        var schema = Schema(Field("i", ScalarKind.Int32));
        var shape = Shape(schema);
        var plan = RowPlan.Compile(shape, schema);
        using var rows = new EncodedRows(shape, "s", s_now);
        rows.Add(plan, Row(0, new() { ["i"] = "1" }), MostBytes);
        var before = rows.Requests(MostBytes).Single()[0].ToByteArray();

        FluentActions
            .Invoking(() => rows.Add(plan, Row(1, new() { ["i"] = "x" }), MostBytes))
            .Should()
            .Throw<SinkRowException>();
        rows.Add(plan, Row(2, new() { ["i"] = "2" }), MostBytes);

        var sent = rows.Requests(MostBytes).Single();
        sent.Should().HaveCount(2);
        sent[0].ToByteArray().Should().Equal(before);
    }

    [Fact]
    public void Requests_OfAFewBytes_HoldAllRowsInOrder()
    {
        var schema = Schema(Field("i", ScalarKind.Int32));
        var shape = Shape(schema);
        var plan = RowPlan.Compile(shape, schema);
        using var rows = new EncodedRows(shape, "s", s_now);
        for (var offset = 0; offset < 100; offset++)
        {
            rows.Add(plan, Row(offset, new() { ["i"] = $"{offset}" }), MostBytes);
        }

        var all = rows.Requests(MostBytes).Single();
        var split = rows.Requests(200).ToArray();

        split.Length.Should().BeGreaterThan(10);
        split.Should().AllSatisfy(request => request.Sum(row => row.Length + 5).Should().BeLessThanOrEqualTo(200));
        split.SelectMany(request => request).Should().Equal(all);
    }

    private static MessageShape Shape(MaskedSchema schema) =>
        MessageShape.Of("t", [.. SystemColumns.All, .. FieldMapping.ToFields("t", schema.Columns)]);

    // The bytes of a length-delimited field, as Google's own reader finds them.
    private static ByteString Message(ByteString within, int number)
    {
        var input = within.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0; )
        {
            if (Google.Protobuf.WireFormat.GetTagFieldNumber(tag) == number)
            {
                return input.ReadBytes();
            }

            input.SkipLastField();
        }

        return ByteString.Empty;
    }

    private static async Task<JsonArray> ReadAsync(MaskedSchema schema, MaskedRow row)
    {
        var shape = Shape(schema);
        using var rows = new EncodedRows(shape, Source, s_now);
        rows.Add(RowPlan.Compile(shape, schema), row, MostBytes);
        var input = new JsonObject
        {
            ["descriptor"] = shape.Schema.ProtoDescriptor.ToByteString().ToBase64(),
            ["rows"] = new JsonArray([
                .. rows.Requests(MostBytes).Single().Select(sent => JsonValue.Create(sent.ToBase64())),
            ]),
        };
        return JsonNode.Parse(await StandInNode.Folder.RunAsync("protobuf-rows.mjs", input.ToJsonString()))!.AsArray();
    }
}
