using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Avro.Generic;
using Avro.IO;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Json;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Json;

/// <summary>JSON objects are masked as the Avro plan masks the same values; what is not the contract's is refused, never passed on.</summary>
public sealed class JsonBatchTests : IAsyncLifetime
{
    private static readonly Dataset People = Dataset(
        "people",
        "id",
        Identifier("id", "customer_id", Link.Owns),
        Public("note"),
        Personal("given", "seal", "user.name.first"),
        Personal("nick", "drop", "user.name"),
        Composite("phones", Composite("", Public("kind"), Identifier("number", "phone", Link.Shared))),
        Composite("more", Personal("colour", "token", "user"), Personal("gone", "drop", "user")),
        Composite("lost", Personal("a", "drop", "user"), Personal("b", "drop", "user")),
        Personal("whole", "seal", "user.content"),
        Personal("age", "generalize", "user", ("bucket", "10")) with
        {
            LogicalType = "integer",
        },
        Personal("born", "generalize", "user", ("to", "year")) with
        {
            LogicalType = "date",
        },
        Personal("short", "partial", "user", ("keep", "first"), ("n", "1"))
    );

    private static readonly string[] Pieces =
    [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        ",",
        ",",
        "\"",
        "\"id\":\"C-1\"",
        "\"note\":1",
        "\"nick\":{}",
        "\"more\":{}",
        "null",
        "\\u00e4",
    ];

    private readonly MaskingBench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Write_AnObject_KeepsOrderAndExactBytesOfPlainValues()
    {
        const string json =
            """{ "note" : "A\u0020b 😀 \"q\"" , "given":"Ada","id":"C-1","phones":[{"kind":1.50e0,"number":"+44 7700 900001"},{"number":null,"kind":"HOME"}, null ] }""";

        var masked = await MaskAsync(People, json);

        masked.Should().StartWith("""{ "note" : "A\u0020b 😀 \"q\"" , "given":"s1.""");
        masked.Should().Contain($"\"id\":\"{_bench.SurrogateOf("customer_id", "C-1")}\"");
        masked
            .Should()
            .Contain(
                $$""""phones":[{"kind":1.50e0,"number":"{{_bench.SurrogateOf("phone", "+447700900001")}}"},{"number":null,"kind":"HOME"}, null ] }""""
            );
    }

    [Theory]
    [InlineData("""{"nick":"x","id":"C-1"}""", """{"id":@}""")]
    [InlineData("""{"id":"C-1","nick":"x"}""", """{"id":@}""")]
    [InlineData("""{"nick":{"a":[1,{}]},"lost":{"b":1},"id":"C-1","note":1}""", """{"id":@,"note":1}""")]
    [InlineData("""{"note":1,"nick":"x","lost":{},"id":"C-1"}""", """{"note":1,"id":@}""")]
    [InlineData("""{"note":1,"nick":null,"id":"C-1","lost":null}""", """{"note":1,"id":@}""")]
    [InlineData("""{"id":"C-1","more":{"gone":1}}""", """{"id":@,"more":{}}""")]
    [InlineData("""{"nick":1}""", "{}")]
    [InlineData("{}", "{}")]
    public async Task Write_DroppedProperties_AreCutOut(string json, string expected)
    {
        var masked = await MaskAsync(People, json);

        var surrogate = json.Contains("C-1") ? $"\"{_bench.SurrogateOf("customer_id", "C-1")}\"" : "";
        masked.Should().Be(expected.Replace("@", surrogate, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_ValuesOfOtherTypes_AreOfTheMaskedType()
    {
        var masked = await MaskAsync(
            People,
            """{"id":"C-1","age":47,"born":"1971-05-31","short":"\"Müller\" \u00e4","note":null}"""
        );

        masked.Should().Contain("\"age\":40,\"born\":\"1971-01-01\",\"short\":\"\\\"");
        JsonDocument
            .Parse(masked)
            .RootElement.GetProperty("short")
            .GetString()
            .Should()
            .StartWith("\"")
            .And.NotContain("ller");
    }

    [Theory]
    [InlineData("""{"id":"C-1","other":1}""", EventFaults.UnclassifiedField)]
    [InlineData("""{"id":"C-1","more":{"other":1}}""", EventFaults.UnclassifiedField)]
    [InlineData("""{"id":"C-1","note":{"a":1}}""", EventFaults.UnclassifiedField)]
    [InlineData("""{"id":"C-1","note":[]}""", EventFaults.UnclassifiedField)]
    [InlineData("""{"id":"C-1","ID":"C-1"}""", EventFaults.UnclassifiedField)]
    [InlineData("""{"id":"C-1","id":"C-2"}""", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1","\u0069d":"C-2"}""", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1","more":1}""", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1","phones":{"kind":"a"}}""", EventFaults.MalformedJson)]
    [InlineData("""{"id":["C-1"]}""", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1","given":"\ud83d"}""", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1"} {}""", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1","note":1,}""", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1","note":NaN}""", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1" /* */}""", EventFaults.MalformedJson)]
    [InlineData("""[{"id":"C-1"}]""", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1""", EventFaults.MalformedJson)]
    [InlineData("", EventFaults.MalformedJson)]
    [InlineData("null", EventFaults.MalformedJson)]
    [InlineData("""{"id":"C-1","age":"47"}""", EventFaults.ValueOutOfRange)]
    [InlineData("""{"id":"C-1","age":4.5}""", EventFaults.ValueOutOfRange)]
    [InlineData("""{"id":"C-1","born":"31.05.1971"}""", EventFaults.ValueOutOfRange)]
    [InlineData("""{"id":"C-1","born":"1971-02-30"}""", EventFaults.ValueOutOfRange)]
    [InlineData("""{"id":""}""", EventFaults.InvalidIdentifier)]
    [InlineData("""{"given":"Ada"}""", EventFaults.MissingSubject)]
    [InlineData("""{"id":null,"given":"Ada"}""", EventFaults.MissingSubject)]
    public async Task Add_WhatTheContractDoesNotSay_IsRefusedAlone(string json, string code)
    {
        var batch = await BatchAsync(People, """{"id":"C-1","given":"Ada"}""", json, """{"id":"C-2","given":"Bob"}""");

        batch.FaultOf(1)!.Code.Should().Be(code);
        batch.FaultOf(1)!.Reason.Should().NotContain("C-1").And.NotContain("other");
        Text(batch, 0).Should().Contain($"\"id\":\"{_bench.SurrogateOf("customer_id", "C-1")}\"");
        Text(batch, 2).Should().Contain($"\"id\":\"{_bench.SurrogateOf("customer_id", "C-2")}\"");
        ((Action)(() => Text(batch, 1))).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task Add_DeepOrInvalidText_IsRefused()
    {
        var batch = JsonMaskingPlan.Compile(People, _bench.Keys).NewBatch();
        batch.Add(
            Encoding.UTF8.GetBytes($$"""{"id":"C-1","whole":{{new string('[', 100)}}{{new string(']', 100)}}}""")
        );
        batch.Add((byte[])[.. "{\"id\":\"C-1\",\"note\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        batch.Add(new byte[JsonBatch.MaximumBytes + 1]);
        await batch.MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken);

        Enumerable
            .Range(0, 3)
            .Select(record => batch.FaultOf(record)?.Code)
            .Should()
            .Equal(EventFaults.MalformedJson, EventFaults.MalformedJson, EventFaults.TooLarge);
    }

    [Fact]
    public void Add_AnyText_NeverThrowsAndOutputIsJson() =>
        Gen.OneOf(
                Gen.String,
                Gen.Int[0, Pieces.Length - 1]
                    .Select(piece => Pieces[piece])
                    .Array[0, 12]
                    .Select(parts => $"{{{string.Concat(parts)}}}")
            )
            .Sample(
                text =>
                {
                    var batch = BatchAsync(People, text).GetAwaiter().GetResult();
                    if (batch.FaultOf(0) is null)
                    {
                        JsonNode.Parse(Text(batch, 0)).Should().BeOfType<JsonObject>();
                    }
                },
                iter: 3000
            );

    [Fact]
    public void Compile_PersonalColumnWithoutARule_NamesEveryFault()
    {
        var personal = Personal("secret", "seal") with { Masking = null };
        var unclassified = Public("what") with { Classification = null };

        var compile = () => JsonMaskingPlan.Compile(Dataset("d", null, personal, unclassified), _bench.Keys);

        compile
            .Should()
            .Throw<PlanException>()
            .Which.Faults.Select(fault => (fault.Path, fault.Code))
            .Should()
            .Equal(("secret", EventFaults.PlanRefused), ("what", EventFaults.UnclassifiedField));
    }

    [Fact]
    public void Write_RecordsThatTheAvroPlanMasksToo_HaveTheSameMaskedValues()
    {
        // The type of each column, as a contract would say it.
        var dataset = Avro.Everything.Dataset with
        {
            Columns =
            [
                .. Avro.Everything.Dataset.Columns.Select(column =>
                    column.Name switch
                    {
                        "born" => column with { LogicalType = "date" },
                        _ => column,
                    }
                ),
            ],
        };
        var plan = JsonMaskingPlan.Compile(dataset, _bench.Keys);
        Avro.EverythingRecords.Records.Sample(
            record =>
            {
                var fromAvro = _bench.Mask(_bench.Plan, Avro.EverythingRecords.Write(record));
                var batch = plan.NewBatch();
                batch.Add(Encoding.UTF8.GetBytes(RecordJson.Of(record)!.ToJsonString()));
                batch
                    .MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken)
                    .AsTask()
                    .GetAwaiter()
                    .GetResult();
                batch.FaultOf(0).Should().BeNull();
                var fromJson = JsonDocument.Parse(Text(batch, 0)).RootElement;

                foreach (var name in new[] { "id", "secret_number", "born", "maybe", "hidden" })
                {
                    fromJson.GetProperty(name).GetRawText().Should().Be(fromAvro.GetProperty(name).GetRawText(), name);
                }

                foreach (var name in new[] { "given", "nick" })
                {
                    Raw(fromJson, "person", name).Should().Be(Raw(fromAvro, "person", name));
                }

                fromJson
                    .GetProperty("contacts")
                    .EnumerateArray()
                    .Select(contact => contact.GetProperty("number").GetString())
                    .Should()
                    .Equal(
                        fromAvro
                            .GetProperty("contacts")
                            .EnumerateArray()
                            .Select(contact => contact.GetProperty("number").GetString())
                    );
                fromJson.GetProperty("wishes").ToString().Should().Be(fromAvro.GetProperty("wishes").ToString());
                fromJson.TryGetProperty("gone", out _).Should().BeFalse();
            },
            iter: 200,
            threads: 1
        );
    }

    private static string Raw(JsonElement element, params string[] path) =>
        path.Aggregate(element, (at, name) => at.GetProperty(name)).GetRawText();

    private async Task<string> MaskAsync(Dataset dataset, string json)
    {
        var batch = await BatchAsync(dataset, json);
        batch.FaultOf(0).Should().BeNull();
        return Text(batch, 0);
    }

    private async Task<JsonBatch> BatchAsync(Dataset dataset, params string[] objects)
    {
        var batch = JsonMaskingPlan.Compile(dataset, _bench.Keys).NewBatch();
        foreach (var json in objects)
        {
            batch.Add(Encoding.UTF8.GetBytes(json));
        }

        await batch.MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken);
        return batch;
    }

    private static string Text(JsonBatch batch, int record)
    {
        var direct = new ArrayBufferWriter<byte>();
        batch.Write(record, direct);
        var text = Encoding.UTF8.GetString(direct.WrittenSpan);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            batch.Write(record, json);
        }

        Encoding.UTF8.GetString(stream.ToArray()).Should().Be(text);
        return text;
    }
}
