using Governance.Api.Sandbox.Registry;

namespace Governance.Tests.Sandbox.Registry;

/// <summary>Cases of Avro's own test suite (Java, <c>TestSchemaCompatibility</c>) and of its specification's resolution rules.</summary>
public sealed class AvroResolutionTests
{
    private const string Empty = """{"type":"record","name":"R","fields":[]}""";
    private const string Int = """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""";
    private const string IntDefault =
        """{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":0}]}""";
    private const string Long = """{"type":"record","name":"R","fields":[{"name":"a","type":"long"}]}""";
    private const string IntInt =
        """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}""";
    private const string IntIntDefault =
        """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}""";
    private const string Renamed =
        """{"type":"record","name":"R","fields":[{"name":"z","aliases":["a"],"type":"int"}]}""";
    private const string EnumAb = """{"type":"enum","name":"E","symbols":["A","B"]}""";
    private const string EnumAbc = """{"type":"enum","name":"E","symbols":["A","B","C"]}""";
    private const string EnumAbDefault = """{"type":"enum","name":"E","symbols":["A","B"],"default":"A"}""";
    private const string OtherEnum = """{"type":"enum","name":"F","symbols":["A","B"]}""";
    private const string List =
        """{"type":"record","name":"L","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","L"]}]}""";
    private const string LongList =
        """{"type":"record","name":"L","fields":[{"name":"v","type":"long"},{"name":"next","type":["null","L"]}]}""";

    [Theory]
    // Promotions, and only those.
    [InlineData("long", "int", true)]
    [InlineData("float", "int", true)]
    [InlineData("double", "int", true)]
    [InlineData("float", "long", true)]
    [InlineData("double", "long", true)]
    [InlineData("double", "float", true)]
    [InlineData("bytes", "string", true)]
    [InlineData("string", "bytes", true)]
    [InlineData("int", "long", false)]
    [InlineData("long", "float", false)]
    [InlineData("float", "double", false)]
    [InlineData("int", "null", false)]
    [InlineData("null", "int", false)]
    [InlineData("boolean", "int", false)]
    [InlineData("string", "int", false)]
    // Fields.
    [InlineData(Empty, Int, true)]
    [InlineData(Int, Empty, false)]
    [InlineData(IntDefault, Empty, true)]
    [InlineData(IntInt, Int, false)]
    [InlineData(IntIntDefault, Int, true)]
    [InlineData(Long, Int, true)]
    [InlineData(Int, Long, false)]
    [InlineData(Renamed, Int, true)]
    [InlineData(Int, Renamed, false)]
    // Unions.
    [InlineData("""["null","int"]""", "int", true)]
    [InlineData("int", """["null","int"]""", false)]
    [InlineData("""["null","int","string"]""", """["null","int"]""", true)]
    [InlineData("""["null","int"]""", """["null","int","string"]""", false)]
    [InlineData("""["float","double"]""", """["int","long"]""", true)]
    [InlineData("""["int"]""", """["long"]""", false)]
    [InlineData("long", """["int"]""", true)]
    [InlineData("double", """["int","float"]""", true)]
    [InlineData("int", """[]""", true)]
    // Enums.
    [InlineData(EnumAbc, EnumAb, true)]
    [InlineData(EnumAb, EnumAbc, false)]
    [InlineData(EnumAbDefault, EnumAbc, true)]
    [InlineData(OtherEnum, EnumAb, false)]
    // Fixed.
    [InlineData("""{"type":"fixed","name":"X","size":4}""", """{"type":"fixed","name":"X","size":4}""", true)]
    [InlineData("""{"type":"fixed","name":"X","size":8}""", """{"type":"fixed","name":"X","size":4}""", false)]
    [InlineData("""{"type":"fixed","name":"Y","size":4}""", """{"type":"fixed","name":"X","size":4}""", false)]
    [InlineData(
        """{"type":"fixed","name":"Y","aliases":["X"],"size":4}""",
        """{"type":"fixed","name":"X","size":4}""",
        true
    )]
    [InlineData("bytes", """{"type":"fixed","name":"X","size":4}""", false)]
    // Collections.
    [InlineData("""{"type":"array","items":"long"}""", """{"type":"array","items":"int"}""", true)]
    [InlineData("""{"type":"array","items":"int"}""", """{"type":"array","items":"long"}""", false)]
    [InlineData("""{"type":"map","values":"long"}""", """{"type":"map","values":"int"}""", true)]
    [InlineData("""{"type":"map","values":"int"}""", """{"type":"array","items":"int"}""", false)]
    // Records inside themselves.
    [InlineData(LongList, List, true)]
    [InlineData(List, LongList, false)]
    public void Faults_ReaderAndWriter_AsTheSpecificationHasIt(string reader, string writer, bool reads)
    {
        var faults = AvroResolution.Faults(Shape(reader), Shape(writer));

        (faults.Count == 0).Should().Be(reads, "the faults are {0}", string.Join("; ", faults));
    }

    private static AvroShape Shape(string schema) =>
        AvroDocument.Parse(schema.All(char.IsAsciiLetter) ? $"\"{schema}\"" : schema).Shape;

    [Fact]
    public void Faults_FieldDeepInside_NamesItsPath()
    {
        var faults = AvroResolution.Faults(
            AvroDocument.Parse($$"""{"type":"array","items":{{IntInt}}}""").Shape,
            AvroDocument.Parse($$"""{"type":"array","items":{{Int}}}""").Shape
        );

        faults.Should().ContainSingle().Which.Should().Contain("/*/b").And.Contain("default");
    }

    [Theory]
    [InlineData(40, 2)]
    [InlineData(5_000, 1)]
    public void Faults_OfSmallSchemasThatStandForTooMuch_IsRefused(int types, int uses)
    {
        var last = new AvroShape { Kind = "null" };
        var shape = Enumerable
            .Range(0, types)
            .Aggregate(
                last,
                (inner, type) =>
                    new AvroShape
                    {
                        Kind = "record",
                        FullName = $"T{type}",
                        Fields =
                        [
                            .. Enumerable.Range(0, uses).Select(use => new AvroShapeField($"u{use}", [], inner, false)),
                        ],
                    }
            );

        FluentActions.Invoking(() => AvroResolution.Faults(shape, shape)).Should().Throw<RegistryFault>();
    }
}
