using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Avro.Differential;

/// <summary>A type that cannot hold what its method makes of it is found when the plan is compiled, never at a record.</summary>
public sealed class RefusedTypesTests : IAsyncDisposable
{
    private const string Date = """{"type":"int","logicalType":"date"}""";
    private const string Time = """{"type":"long","logicalType":"time-micros"}""";
    private const string Instant = """{"type":"long","logicalType":"timestamp-millis"}""";
    private const string Money = """{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}""";
    private const string Fixed = """{"type":"fixed","name":"F","size":4}""";
    private const string Map = """{"type":"map","values":"long"}""";
    private const string Inner = """{"type":"record","name":"I","fields":[{"name":"x","type":"int"}]}""";

    private readonly MaskingBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("\"int\"", "redact", "", "")]
    [InlineData("\"boolean\"", "redact", "", "")]
    [InlineData(Fixed, "redact", "", "")]
    [InlineData(Date, "redact", "", "")]
    [InlineData("""["null","long"]""", "redact", "", "")]
    [InlineData("""["string","long"]""", "redact", "", "")]
    [InlineData("\"double\"", "partial", "first", "2")]
    [InlineData(Date, "partial", "first", "4")]
    [InlineData("\"bytes\"", "partial", "last", "2")]
    [InlineData("\"string\"", "generalize", "bucket", "5")]
    [InlineData("\"int\"", "generalize", "bucket", "0.5")]
    [InlineData("\"boolean\"", "generalize", "bucket", "5")]
    [InlineData(Money, "generalize", "bucket", "0.125")]
    [InlineData("\"long\"", "generalize", "to", "year")]
    [InlineData(Date, "generalize", "to", "hour")]
    [InlineData(Time, "generalize", "to", "hour")]
    [InlineData("\"double\"", "generalize", "bands", "18,35")]
    [InlineData(Instant, "generalize", "bands", "18,35")]
    [InlineData("""["null","int","long"]""", "generalize", "bucket", "5")]
    [InlineData("""["null","int",{"type":"array","items":"int"}]""", "generalize", "bucket", "5")]
    [InlineData(Inner, "generalize", "bucket", "5")]
    [InlineData(Map, "generalize", "to", "year")]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":39,"scale":2}""", "seal", "", "")]
    [InlineData(
        """{"type":"array","items":{"type":"bytes","logicalType":"decimal","precision":60,"scale":2}}""",
        "seal",
        "",
        ""
    )]
    public void Compile_TypeThatCannotHoldTheMaskedForm_IsRefused(string type, string method, string name, string value)
    {
        (string, string)[] parameters = (method, name) switch
        {
            ("partial", _) => [("keep", name), ("n", value)],
            (_, "") => [],
            _ => [(name, value)],
        };

        var act = () => Compile(type, Personal("value", method, "user", parameters));

        Refused(act, "value");
    }

    [Theory]
    [InlineData("\"double\"")]
    [InlineData("\"boolean\"")]
    [InlineData(Date)]
    [InlineData(Money)]
    [InlineData("""["null","string","double"]""")]
    [InlineData(Map)]
    public void Compile_IdentifierOfATypeThatNamesNobody_IsRefused(string type) =>
        Refused(() => Compile(type, Identifier("value", "badge", Link.Shared)), "value");

    [Theory]
    [InlineData("\"string\"", "string")]
    [InlineData("\"string\"", "long")]
    public void Compile_PartsThatOnlyTheContractHas_AreRefused(string type, string part) =>
        Refused(() => Compile(type, Composite("value", Public(part))), "value");

    [Fact]
    public void Compile_MapWhoseKeysAreMaskedToSeveralTypes_IsRefused() =>
        Refused(() => Compile(Map, Composite("value", Personal("a", "seal"), Public("b"))), "value");

    [Fact]
    public void Compile_MapOfTextOfWhichSomeIsMaskedToAnotherType_IsRefused() =>
        Refused(
            () =>
                Compile(
                    """{"type":"map","values":"string"}""",
                    Composite("value", Identifier("a", "badge", Link.Shared), Public("b"))
                ),
            "value"
        );

    private void Compile(string type, Column column) =>
        _bench.Compile(
            Dataset("r", "id", Identifier("id", "customer_id", Link.Owns), column),
            $$"""{"type":"record","name":"R","fields":[{"name":"id","type":"string"},{"name":"value","type":{{type}}}]}"""
        );

    private static void Refused(Action act, string path)
    {
        var exception = act.Should().Throw<PlanException>().Which;
        exception.Faults.Should().ContainSingle().Which.Path.Should().StartWith(path);
    }
}
