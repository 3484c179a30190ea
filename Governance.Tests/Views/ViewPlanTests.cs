using Governance.Masking.Contracts;
using Governance.Policies.Decisions;
using Governance.Policies.Views;
using Governance.Tests.Decisions;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Views;

/// <summary>What the product's own decisions come to in the warehouse.</summary>
public sealed class ViewPlanTests
{
    private static readonly DateTimeOffset Now = new(2027, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Of_Settlement_IsTheColumnsThatAreShown()
    {
        var plan = (await PlanAsync("meter_readings", "settlement")).Plan!;

        plan.Names.Should().Equal("mpan", "read_at", "kwh", "registers", "quality");
        plan.SmallestGroup.Should().BeNull();
        var view = plan.View("v", DemoCatalog.Dataset("meter_readings"), "user:ana@example.com", Now);
        view.Generalized.Should().BeEmpty();
        view.Until.Should().Be(Now);
    }

    [Fact]
    public async Task Of_Marketing_CutsTheDateAndCountsByThePerson()
    {
        var plan = (await PlanAsync("customers", "marketing", "created_at")).Plan!;

        plan.Names.Should().Equal("customer_id", "created_at");
        plan.SmallestGroup.Should().Be(new SmallestGroup(10, "customer_id"));
        plan.Columns[0].Revealable.Should().BeEmpty("it is there to be counted");
        plan.View("v", DemoCatalog.Dataset("customers"), "user:ana@example.com", Now)
            .Generalized.Should()
            .Equal(new Dictionary<string, Generalization> { ["created_at"] = Generalization.Month });
    }

    [Fact]
    public async Task Of_SmallGroupsWhereNoColumnTellsPeopleApart_IsRefused()
    {
        var dataset = DemoCatalog.Dataset("customers") with { Subject = null };
        var decision = await DecideAsync("customers", "marketing");

        var (plan, reason) = ViewPlan.Of(dataset, decision, RowCondition.Everything);

        plan.Should().BeNull();
        reason!.Code.Should().Be(ViewPlan.GroupsImpossible);
    }

    [Fact]
    public async Task Within_AnotherPlan_IsWhatBothShow()
    {
        var all = (await PlanAsync("customers", "support")).Plan!;
        var some = (await PlanAsync("customers", "marketing", "created_at")).Plan!;

        var both = all.Within(some);

        both.Names.Should().Equal("customer_id", "created_at");
        both.Columns[1].Showing.Should().Be(ColumnShowing.Generalized);
        both.Columns[1].Generalization.Should().Be(Generalization.Month);
        both.Columns[0].Revealable.Should().BeEmpty();
        both.SmallestGroup.Should().Be(some.SmallestGroup);
        some.Within(all)
            .Columns.Select(column => (column.Name, column.Showing, column.Generalization))
            .Should()
            .Equal(both.Columns.Select(column => (column.Name, column.Showing, column.Generalization)));
        all.Within(all).Should().Be(all);
    }

    private static async Task<(ViewPlan? Plan, DecisionReason? Reason)> PlanAsync(
        string dataset,
        string purpose,
        params string[] columns
    ) =>
        ViewPlan.Of(
            DemoCatalog.Dataset(dataset),
            await DecideAsync(dataset, purpose, columns),
            RowCondition.Everything
        );

    private static async Task<AccessDecision> DecideAsync(string dataset, string purpose, params string[] columns)
    {
        var point = new EmbeddedDecisionPoint(
            new FixedPolicies(DemoCatalog.Policies),
            new Governance.Policies.Rego.EvaluationLimits(),
            new FakeTimeProvider(Now)
        );
        return await point.DecideAccessAsync(
            DemoCatalog.Ask(dataset, purpose, columns),
            TestContext.Current.CancellationToken
        );
    }
}
