using System.Text.Json;
using Governance.Policies.Views;

namespace Governance.Tests.Views;

public sealed class RowConditionWordsTests
{
    private static readonly Comparison Much = new(
        "amount",
        ComparisonOperator.GreaterOrEqual,
        new NumberConstant("10")
    );
    private static readonly Membership Home = new("country", [new TextConstant("ENGLAND"), new TextConstant("WALES")]);

    public static TheoryData<RowCondition, string> Conditions =>
        new()
        {
            { RowCondition.Everything, "every row" },
            { RowCondition.Nothing, "no row" },
            { Home, "country is 'ENGLAND' or 'WALES'" },
            {
                new AllOf([Much, new AnyOf([Home, Much])]),
                "amount is at least 10 and (country is 'ENGLAND' or 'WALES' or amount is at least 10)"
            },
            { new Negation(new Presence("end")), "end is missing" },
            { new Negation(Much), "not (amount is at least 10)" },
            { new TextMatch("code", TextPlace.Start, "A"), "code begins with 'A'" },
            { new Comparison("active", ComparisonOperator.Equal, new BooleanConstant(true)), "active is true" },
        };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Of_Condition_IsPlainWords(RowCondition condition, string words) =>
        RowConditionWords.Of(condition).Should().Be(words);

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Condition_WrittenAsJson_IsReadAsItWas(RowCondition condition, string words)
    {
        var read = JsonSerializer.Deserialize<RowCondition>(JsonSerializer.Serialize(condition));

        read.Should().Be(condition, "what stands in the state is {0}", words);
        IssuedNames.OfRowRule(read!).Should().Be(IssuedNames.OfRowRule(condition)).And.HaveLength(25);
        IssuedNames.IsName(IssuedNames.OfRowRule(condition)).Should().BeTrue();
    }
}
