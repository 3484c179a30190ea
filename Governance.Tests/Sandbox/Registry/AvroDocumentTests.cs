using Governance.Api.Sandbox.Registry;

namespace Governance.Tests.Sandbox.Registry;

public sealed class AvroDocumentTests
{
    [Theory]
    [InlineData("\"int\"", """{ "type" : "int" }""")]
    [InlineData(
        """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""",
        """{"fields":[{"type":{"type":"int"},"name":"a"}],"name":"R","type":"record"}"""
    )]
    public void Parse_SameSchemaWrittenOtherwise_SameFingerprint(string one, string other) =>
        AvroDocument.Parse(one).Fingerprint.Should().Be(AvroDocument.Parse(other).Fingerprint);

    [Theory]
    [InlineData("\"int\"", "\"long\"")]
    [InlineData("\"bytes\"", """{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}""")]
    [InlineData("""["null","int"]""", """["int","null"]""")]
    public void Parse_OtherSchema_OtherFingerprint(string one, string other) =>
        AvroDocument.Parse(one).Fingerprint.Should().NotBe(AvroDocument.Parse(other).Fingerprint);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("int")]
    [InlineData("7")]
    [InlineData("\"nonsense\"")]
    [InlineData("""{"type":"record","name":"R"}""")]
    [InlineData("""{"type":"record","fields":[]}""")]
    [InlineData("""{"type":"record","name":"a b","fields":[]}""")]
    [InlineData("""{"type":"record","name":"R","fields":7}""")]
    [InlineData("""{"type":"record","name":"R","fields":[7]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"1a","type":"int"}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a"}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"Missing"}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}""")]
    [InlineData("""{"type":"enum","name":"E","symbols":["A","A"]}""")]
    [InlineData("""{"type":"enum","name":"E","symbols":["A"],"default":"B"}""")]
    [InlineData("""{"type":"fixed","name":"F","size":-1}""")]
    [InlineData("""{"type":"fixed","name":"F"}""")]
    [InlineData("""{"type":"array"}""")]
    [InlineData("""["int","int"]""")]
    [InlineData("""["int",["null"]]""")]
    [InlineData(
        """{"type":["int",{"type":"record","name":"R","fields":[]},{"type":"enum","name":"R","symbols":["A"]}]}"""
    )]
    public void Parse_Malformed_Is42201(string schema) =>
        FluentActions
            .Invoking(() => AvroDocument.Parse(schema))
            .Should()
            .Throw<RegistryFault>()
            .Which.Code.Should()
            .Be(42201);

    [Fact]
    public void Parse_NestedBeyondReason_Is42201()
    {
        var schema =
            string.Concat(Enumerable.Repeat("""{"type":"array","items":""", 5000)) + "\"int\"" + new string('}', 5000);

        FluentActions
            .Invoking(() => AvroDocument.Parse(schema))
            .Should()
            .Throw<RegistryFault>()
            .Which.Code.Should()
            .Be(42201);
    }
}
