using Governance.Policies.Views;

namespace Governance.Tests.Views;

public sealed class RowConditionsTests
{
    private static readonly Comparison Eu = new("region", ComparisonOperator.Equal, new TextConstant("EU"));
    private static readonly Comparison Much = new("amount", ComparisonOperator.Greater, new NumberConstant("10"));

    private static bool? Matches(RowCondition condition, string? region, string? amount = null) =>
        RowConditions.Matches(
            condition,
            column =>
                column switch
                {
                    "region" when region is not null => new TextConstant(region),
                    "amount" when amount is not null => new NumberConstant(amount),
                    _ => null,
                }
        );

    [Theory]
    [InlineData("EU", "11", true, true)]
    [InlineData("EU", "9", false, true)]
    [InlineData("US", "9", false, false)]
    [InlineData("EU", null, null, true)]
    [InlineData("US", null, false, null)]
    [InlineData(null, null, null, null)]
    [InlineData(null, "11", null, true)]
    public void Matches_AllAndAny_TakeNullForNeither(string? region, string? amount, bool? all, bool? any)
    {
        Matches(new AllOf([Eu, Much]), region, amount).Should().Be(all);
        Matches(new AnyOf([Eu, Much]), region, amount).Should().Be(any);
    }

    [Fact]
    public void Matches_NullInAComparison_StaysHiddenWhicheverWayRound()
    {
        RowCondition[] conditions =
        [
            Eu,
            Eu with
            {
                Operator = ComparisonOperator.NotEqual,
            },
            new Membership("region", [new TextConstant("EU")]),
            new TextMatch("region", TextPlace.Start, ""),
            new AllOf([Eu, new Negation(Eu)]),
            new AnyOf([Eu, new Negation(Eu)]),
        ];
        foreach (var condition in conditions)
        {
            Matches(condition, null).Should().BeNull();
            Matches(new Negation(condition), null).Should().BeNull();
        }
    }

    [Fact]
    public void Matches_Presence_IsNeverNull()
    {
        Matches(new Presence("region"), null).Should().BeFalse();
        Matches(new Negation(new Presence("region")), null).Should().BeTrue();
        Matches(new Presence("region"), "").Should().BeTrue();
    }

    [Fact]
    public void Matches_EverythingAndNothing_NeedNoValue()
    {
        Matches(RowCondition.Everything, null).Should().BeTrue();
        Matches(RowCondition.Nothing, null).Should().BeFalse();
    }

    [Theory]
    [InlineData("10.0", ComparisonOperator.Equal, "10", true)]
    [InlineData("9007199254740993", ComparisonOperator.Greater, "9007199254740992", true)]
    [InlineData("0.1", ComparisonOperator.LessOrEqual, "0.10", true)]
    [InlineData("-1", ComparisonOperator.Less, "-2", false)]
    public void Matches_Numbers_AreExact(string value, ComparisonOperator how, string constant, bool matches)
    {
        Matches(new Comparison("amount", how, new NumberConstant(constant)), null, value).Should().Be(matches);
        Matches(new Comparison("amount", how, new TextConstant(constant)), null, value).Should().Be(matches);
    }

    [Fact]
    public void Matches_ConstantThatTheColumnCannotHold_IsNeither()
    {
        Matches(new Comparison("amount", ComparisonOperator.NotEqual, new TextConstant("x")), null, "1")
            .Should()
            .BeNull();
        Matches(new Comparison("region", ComparisonOperator.NotEqual, new NumberConstant("1")), "1").Should().BeNull();
        Matches(new TextMatch("amount", TextPlace.Anywhere, "1"), null, "1").Should().BeNull();
    }

    [Theory]
    [InlineData(TextPlace.Start, "E", true)]
    [InlineData(TextPlace.Start, "e", false)]
    [InlineData(TextPlace.End, "U", true)]
    [InlineData(TextPlace.End, "E", false)]
    [InlineData(TextPlace.Anywhere, "EU", true)]
    [InlineData(TextPlace.Anywhere, "UE", false)]
    public void Matches_Text_IsToTheLetter(TextPlace place, string text, bool matches) =>
        Matches(new TextMatch("region", place, text), "EU").Should().Be(matches);
}
