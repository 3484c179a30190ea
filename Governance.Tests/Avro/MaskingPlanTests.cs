using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Json;
using Avro;
using Avro.Generic;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Avro;

public sealed class MaskingPlanTests : IAsyncDisposable
{
    private readonly MaskingBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void Write_AnyRecord_KeepsPlainFieldsAndMasksTheRest() =>
        EverythingRecords.Records.Sample(
            record =>
            {
                var masked = _bench.Mask(_bench.Plan, EverythingRecords.Write(record));

                AssertPlain(record, masked);
                AssertMasked(record, masked);
            },
            iter: 500
        );

    [Fact]
    public void WriteAvro_AnyRecord_ApacheReadsWithTheMaskedSchemaWhatJsonShows()
    {
        var schema = global::Avro.Schema.Parse(_bench.Plan.MaskedAvroSchema);
        var reader = new GenericDatumReader<GenericRecord>(schema, schema);
        EverythingRecords
            .Records.Array[1, 5]
            .Sample(
                records =>
                {
                    var batch = _bench.Plan.NewBatch();
                    var bodies = records.Select(EverythingRecords.Write).ToArray();
                    foreach (var body in bodies)
                    {
                        batch.Add(body);
                    }

                    batch.MaskAsync(_bench.Identifiers).AsTask().GetAwaiter().GetResult();
                    for (var record = 0; record < records.Length; record++)
                    {
                        batch.FaultOf(record).Should().BeNull();
                        var output = new ArrayBufferWriter<byte>();
                        batch.WriteAvro(record, output);
                        using var stream = new MemoryStream(output.WrittenSpan.ToArray());
                        var masked = reader.Read(null!, new global::Avro.IO.BinaryDecoder(stream));

                        stream.Position.Should().Be(stream.Length);
                        var json = _bench.Mask(_bench.Plan, bodies[record]);
                        masked["large"].Should().Be(records[record]["large"]);
                        masked["id"].ToString().Should().Be(json.GetProperty("id").GetString());
                        masked["secret_number"]?.ToString().Should().Be(json.GetProperty("secret_number").GetString());
                    }
                },
                iter: 200
            );
    }

    [Fact]
    public void Write_SameIdentifierTwice_GivesTheSameSurrogate()
    {
        var record = EverythingRecords.Records.Where(r => ((object[])r["contacts"]).Length > 1).Single();
        var first = _bench.Mask(_bench.Plan, EverythingRecords.Write(record));
        var second = _bench.Mask(_bench.Plan, EverythingRecords.Write(record));

        second.GetProperty("id").GetString().Should().Be(first.GetProperty("id").GetString());
        second.GetProperty("contacts").GetRawText().Should().Be(first.GetProperty("contacts").GetRawText());
    }

    [Fact]
    public void Mask_MutatedBytes_EndsInARecordOrAMalformedAvroException()
    {
        var gen = Gen.Select(
            EverythingRecords.Records.Select(EverythingRecords.Write),
            Gen.Int[0, int.MaxValue],
            Gen.Byte,
            Gen.Int[0, 3]
        );
        gen.Sample(
            (bytes, at, value, how) =>
            {
                var mutated = Mutate(bytes, at % bytes.Length, value, how);
                try
                {
                    _bench.Mask(_bench.Plan, mutated);
                }
                catch (MalformedAvroException)
                {
                    // The one way to refuse.
                }
            },
            iter: 5_000
        );
    }

    [Theory]
    [InlineData("""{"type":"array","items":"null"}""", "80808080808080808001")] // 2^62 nulls
    [InlineData("""{"type":"array","items":"string"}""", "FEFFFFFFFFFFFFFFFF01")] // more items than a file holds
    [InlineData("\"string\"", "FEFFFFFFFFFFFFFFFF01")] // a length beyond the buffer
    [InlineData("\"string\"", "01")] // a negative length
    [InlineData("\"string\"", "04C328")] // not UTF-8
    [InlineData("\"long\"", "FFFFFFFFFFFFFFFFFFFF01")] // eleven bytes of a number
    [InlineData("\"boolean\"", "02")]
    [InlineData("""["null","string"]""", "04")] // a branch that is not there
    [InlineData("""{"type":"int","logicalType":"date"}""", "FEFFFFFF0F")] // the year 5,881,580
    [InlineData("\"int\"", "0200")] // bytes behind the end
    public void Discover_HostileBytes_AreRefused(string type, string hex)
    {
        var schema = $$"""{"type":"record","name":"R","fields":[{"name":"value","type":{{type}}}]}""";
        var column = type.Contains("array", StringComparison.Ordinal)
            ? Composite("value", Public(""))
            : Public("value");
        var plan = _bench.Compile(Dataset("r", null, column), schema);

        var act = () => _bench.Mask(plan, Convert.FromHexString(hex));

        act.Should().Throw<MalformedAvroException>();
    }

    [Fact]
    public void Compile_FieldsThatNoContractNames_AreAllListed()
    {
        const string schema =
            """{"type":"record","name":"R","fields":[{"name":"a","type":"string"},{"name":"b","type":{"type":"record","name":"B","fields":[{"name":"c","type":"int"}]}}]}""";

        var act = () => _bench.Compile(Dataset("r", null, Composite("b")), schema);

        var faults = act.Should().Throw<PlanException>().Which;
        faults.Code.Should().Be(EventFaults.UnclassifiedField);
        faults.Faults.Select(fault => fault.Path).Should().Equal("a", "b.c");
    }

    [Fact]
    public void Compile_RecordThatHoldsItself_IsRefused()
    {
        const string schema =
            """{"type":"record","name":"R","fields":[{"name":"id","type":"string"},{"name":"next","type":["null","R"]}]}""";

        var act = () =>
            _bench.Compile(
                Dataset("r", "id", Identifier("id", "customer_id", Link.Owns), Personal("next", "seal")),
                schema
            );

        act.Should().Throw<PlanException>().Which.Faults.Should().ContainSingle(fault => fault.Path == "next");
    }

    [Theory]
    [InlineData("seal", 40, 2)]
    [InlineData("drop", 40, 2)]
    [InlineData("drop", 20_000, 1)]
    public void Compile_SmallSchemaThatStandsForTooMuch_IsRefused(string method, int types, int uses)
    {
        // Each type uses the next one: twice makes 2^40 nodes of 40 types, once a chain that no stack is deep enough for.
        object Field(string name, object type) => new { name, type };
        var records = Enumerable
            .Range(0, types)
            .Reverse()
            .Select(type =>
            {
                var next = type == types - 1 ? "null" : $"T{type + 1}";
                var fields = Enumerable.Range(0, uses).Select(use => Field($"u{use}", next));
                return Field(
                    $"f{type}",
                    new
                    {
                        type = "record",
                        name = $"T{type}",
                        fields,
                    }
                );
            });
        object[] whole =
        [
            Field("id", "string"),
            Field(
                "big",
                new
                {
                    type = "record",
                    name = "Big",
                    fields = records,
                }
            ),
        ];
        var schema = JsonSerializer.Serialize(
            new
            {
                type = "record",
                name = "R",
                fields = whole,
            }
        );

        var act = () =>
            _bench.Compile(
                Dataset("r", "id", Identifier("id", "customer_id", Link.Owns), Personal("big", method)),
                schema
            );

        act.Should().Throw<PlanException>().Which.Faults.Should().ContainSingle(fault => fault.Path == "big");
    }

    [Fact]
    public void Discover_KeyThatTheContractDoesNotName_IsRefused()
    {
        const string schema =
            """{"type":"record","name":"R","fields":[{"name":"wishes","type":{"type":"map","values":"string"}}]}""";
        var plan = _bench.Compile(Dataset("r", null, Composite("wishes", Public("colour"))), schema);

        // One block of one entry: "name" -> "x", then the end.
        var act = () => _bench.Mask(plan, Convert.FromHexString("02086E616D65027800"));

        act.Should().Throw<MalformedAvroException>().Which.Code.Should().Be(EventFaults.UnclassifiedField);
    }

    [Fact]
    public void Write_SealedValueWithoutSubject_IsRefused()
    {
        const string schema =
            """{"type":"record","name":"R","fields":[{"name":"id","type":["null","string"]},{"name":"name","type":"string"}]}""";
        var plan = _bench.Compile(
            Dataset("r", "id", Identifier("id", "customer_id", Link.Owns), Personal("name", "seal")),
            schema
        );

        var act = () => _bench.Mask(plan, Convert.FromHexString("00" + "0478797A"[..6]));

        act.Should().Throw<MalformedAvroException>().Which.Code.Should().Be(EventFaults.MissingSubject);
    }

    [Fact]
    public void Compile_SchemaOfEveryType_DerivesTheMaskedSchema()
    {
        var fields = _bench.Plan.Schema.Columns.ToDictionary(field => field.Name, StringComparer.Ordinal);

        fields.Should().NotContainKey("gone");
        fields["id"].Type.Should().Be(ScalarType.Uuid);
        fields["secret_number"].Type.Should().Be(ScalarType.Text);
        fields["price"].Type.Should().Be(new ScalarType(ScalarKind.Decimal, 12, 3));
        fields["hidden"].Type.Should().Be(ScalarType.Text);
        fields["either"]
            .Type.Should()
            .BeOfType<StructType>()
            .Which.Fields.Select(f => f.Name)
            .Should()
            .Equal("string_value", "long_value");
        fields["contacts"]
            .Type.Should()
            .BeOfType<ListType>()
            .Which.Item.Should()
            .BeOfType<StructType>()
            .Which.Fields.Should()
            .ContainSingle(field => field.Name == "number" && field.Type.Equals(ScalarType.Uuid));
    }

    private static void AssertPlain(GenericRecord record, JsonElement masked)
    {
        Text(masked, "flag").Should().Be((bool)record["flag"] ? "true" : "false");
        Text(masked, "small").Should().Be(((int)record["small"]).ToString(CultureInfo.InvariantCulture));
        Text(masked, "large").Should().Be(((long)record["large"]).ToString(CultureInfo.InvariantCulture));
        float.Parse(Text(masked, "single")!, CultureInfo.InvariantCulture).Should().Be((float)record["single"]);
        double.Parse(Text(masked, "double")!, CultureInfo.InvariantCulture).Should().Be((double)record["double"]);
        Convert.FromHexString(Text(masked, "blob")!).Should().Equal((byte[])record["blob"]);
        Convert.FromHexString(Text(masked, "mark")!).Should().Equal(((GenericFixed)record["mark"]).Value);
        Text(masked, "colour").Should().Be(((GenericEnum)record["colour"]).Value);
        Instant(masked, "at_millis").Should().Be((DateTime)record["at_millis"]);
        Instant(masked, "at_micros").Should().Be((DateTime)record["at_micros"]);
        decimal.Parse(Text(masked, "price")!, CultureInfo.InvariantCulture)
            .Should()
            .Be((decimal)(AvroDecimal)record["price"]);
        decimal.Parse(Text(masked, "weight")!, CultureInfo.InvariantCulture)
            .Should()
            .Be((decimal)(AvroDecimal)record["weight"]);
        Text(masked, "reference").Should().Be(((Guid)record["reference"]).ToString());
        masked
            .GetProperty("numbers")
            .EnumerateArray()
            .Select(n => long.Parse(n.GetString()!, CultureInfo.InvariantCulture))
            .Should()
            .Equal(((IEnumerable)record["numbers"]).Cast<long>());
        var either = masked.GetProperty("either");
        switch (record["either"])
        {
            case null:
                either.ValueKind.Should().Be(JsonValueKind.Null);
                break;
            case long number:
                Text(either, "long_value").Should().Be(number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                Text(either, "string_value").Should().Be((string)record["either"]);
                break;
        }
    }

    private void AssertMasked(GenericRecord record, JsonElement masked)
    {
        masked.TryGetProperty("gone", out _).Should().BeFalse();
        _bench.SurrogateOf("customer_id", (string)record["id"]).Should().Be(masked.GetProperty("id").GetGuid());
        var contacts = ((IEnumerable)record["contacts"]).Cast<GenericRecord>().ToArray();
        masked
            .GetProperty("contacts")
            .EnumerateArray()
            .Select(contact => contact.GetProperty("number").GetGuid())
            .Should()
            .Equal(contacts.Select(contact => _bench.SurrogateOf("phone", (string)contact["number"])));
        Null(masked, "maybe").Should().Be(record["maybe"] is null);
        Null(masked, "secret_number").Should().Be(record["secret_number"] is null);
        var person = (GenericRecord)record["person"];
        Text(masked.GetProperty("person"), "given").Should().StartWith("s1.");
        Null(masked.GetProperty("person"), "nick").Should().Be(person["nick"] is null);
        Text(masked.GetProperty("person"), "shoe")
            .Should()
            .Be(((int)person["shoe"]).ToString(CultureInfo.InvariantCulture));

        // No plain personal text survives anywhere: every generated text ends with a mark of its own.
        var all = JsonSerializer.Serialize(masked, Unescaped);
        string?[] personal =
        [
            (string)record["id"],
            record["maybe"] as string,
            record["secret_number"] as string,
            (string)person["given"],
            person["nick"] as string,
            .. contacts.Select(contact => (string)contact["number"]),
            .. ((IDictionary<string, object>)record["wishes"])
                .Where(wish => wish.Key == "dream")
                .Select(wish => (string)wish.Value),
            .. ((IDictionary<string, object>)record["hidden"]).Values.Select(hidden =>
                (string)((GenericRecord)hidden)["number"]
            ),
        ];
        foreach (var text in personal.OfType<string>())
        {
            all.Should().NotContain(JsonSerializer.Serialize(text, Unescaped).Trim('"'));
        }
    }

    private static readonly JsonSerializerOptions Unescaped = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string? Text(JsonElement masked, string name) => masked.GetProperty(name).GetString();

    private static bool Null(JsonElement masked, string name) =>
        masked.GetProperty(name).ValueKind == JsonValueKind.Null;

    private static DateTime Instant(JsonElement masked, string name) =>
        DateTime.Parse(Text(masked, name)!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static byte[] Mutate(byte[] bytes, int at, byte value, int how) =>
        how switch
        {
            0 => [.. bytes[..at], value, .. bytes[(at + 1)..]],
            1 => bytes[..at],
            2 => [.. bytes[..at], value, .. bytes[at..]],
            _ => [.. bytes[..at], .. bytes[(at + 1)..]],
        };
}
