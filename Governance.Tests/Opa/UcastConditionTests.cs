using Governance.Policies.Opa;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;
using Governance.Policies.Views;

namespace Governance.Tests.Opa;

public sealed class UcastConditionTests
{
    private static readonly UnknownRow Row = new(
        "fruits",
        [
            new UnknownColumn("colour", ColumnKind.Text),
            new UnknownColumn("price", ColumnKind.Number),
            new UnknownColumn("ripe", ColumnKind.Boolean),
        ]
    );

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"result":{}}""")]
    [InlineData("""{"result":{"query":null}}""")]
    [InlineData("""{"result":null}""")]
    public void Read_WithoutAQuery_IsNoRow(string reply) => Read(reply).Should().Be(RowCondition.Nothing);

    [Fact]
    public void Read_OfAnEmptyQuery_IsEveryRow() =>
        Read("""{"result":{"query":{}}}""").Should().Be(RowCondition.Everything);

    [Fact]
    public void Read_OfAndOrNot_IsTheSame() =>
        Query(
                """
                {"type":"compound","operator":"or","value":[
                  {"type":"field","field":"fruits.colour","operator":"eq","value":"orange"},
                  {"type":"compound","operator":"and","value":[
                    {"type":"field","field":"fruits.price","operator":"gt","value":10.50},
                    {"type":"compound","operator":"not","value":[{"type":"field","field":"fruits.ripe","operator":"eq","value":true}]}]}]}
                """
            )
            .Should()
            .Be(
                new AnyOf([
                    new Comparison("colour", ComparisonOperator.Equal, new TextConstant("orange")),
                    new AllOf([
                        new Comparison("price", ComparisonOperator.Greater, new NumberConstant("10.50")),
                        new Negation(new Comparison("ripe", ComparisonOperator.Equal, new BooleanConstant(true))),
                    ]),
                ])
            );

    [Theory]
    [InlineData("ne", ComparisonOperator.NotEqual)]
    [InlineData("lt", ComparisonOperator.Less)]
    [InlineData("lte", ComparisonOperator.LessOrEqual)]
    [InlineData("gt", ComparisonOperator.Greater)]
    [InlineData("gte", ComparisonOperator.GreaterOrEqual)]
    public void Read_OfAComparison_IsTheSame(string word, ComparisonOperator how) =>
        Field("price", word, "7").Should().Be(new Comparison("price", how, new NumberConstant("7")));

    [Fact]
    public void Read_OfTextMembershipAndNull_IsTheSame()
    {
        Field("colour", "startswith", "\"a\"").Should().Be(new TextMatch("colour", TextPlace.Start, "a"));
        Field("colour", "endswith", "\"a\"").Should().Be(new TextMatch("colour", TextPlace.End, "a"));
        Field("colour", "contains", "\"a\"").Should().Be(new TextMatch("colour", TextPlace.Anywhere, "a"));
        Field("colour", "in", "[\"a\"]").Should().Be(new Membership("colour", [new TextConstant("a")]));
        Field("colour", "in", "[]").Should().Be(RowCondition.Nothing);
        Field("colour", "eq", "null").Should().Be(new Negation(new Presence("colour")));
        Field("colour", "ne", "null").Should().Be(new Presence("colour"));
    }

    [Theory]
    [InlineData("""{"type":"document","operator":"exists","value":1}""")]
    [InlineData("""{"type":"compound","operator":"nor","value":[]}""")]
    [InlineData("""{"type":"compound","operator":"and","value":[]}""")]
    [InlineData("""{"type":"compound","operator":"not","value":[]}""")]
    [InlineData("""{"type":"field","field":"fruits.colour","operator":"like","value":"x"}""")]
    [InlineData("""{"type":"field","field":"fruits.colour","operator":"eq"}""")]
    [InlineData("""{"type":"field","field":"fruits.secret","operator":"eq","value":"x"}""")]
    [InlineData("""{"type":"field","field":"colour","operator":"eq","value":"x"}""")]
    [InlineData("""{"type":"field","field":"baskets.colour","operator":"eq","value":"x"}""")]
    [InlineData("""{"type":"field","field":"fruits.colour","operator":"eq","value":{"field":"fruits.price"}}""")]
    [InlineData("""{"type":"field","field":"fruits.colour","operator":"eq","value":7}""")]
    [InlineData("""{"type":"field","field":"fruits.price","operator":"startswith","value":"7"}""")]
    [InlineData("""{"type":"field","field":"fruits.colour","operator":"in","value":["a",7]}""")]
    [InlineData("""{"type":"field","field":"fruits.colour","operator":"in","value":"a"}""")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    public void Read_OfWhatIsNotUnderstood_IsAnError(string query)
    {
        var read = () => Query(query);

        read.Should().Throw<FormatException>();
    }

    private static RowCondition Field(string column, string how, string value) =>
        Query($$"""{"type":"field","field":"fruits.{{column}}","operator":"{{how}}","value":{{value}}}""");

    private static RowCondition Query(string query) => Read($$$"""{"result":{"query":{{{query}}}}}""");

    private static RowCondition Read(string reply) => UcastCondition.Read(RegoValue.FromJson(reply), Row);
}
