using Governance.Api.Features.SubjectRequests.Restricting;
using Governance.Masking.Contracts;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Governance.Tests.Features.SubjectRequests.Erasure;

namespace Governance.Tests.Features.SubjectRequests.Restricting;

/// <summary>Views leave out whom key sets name, in both warehouses, whoever comes into the sets later, and whatever lands later.</summary>
public sealed class LeftOutTests(SharedStandIn standIn) : IClassFixture<SharedStandIn>
{
    private const string Ana = "user:ana@example.com";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task View_Without_ShowsAllRowsButThoseOfWhomTheSetsName(bool onBigQuery)
    {
        await using var world = await ErasureWorld.CreateAsync(bigQuery: onBigQuery ? await standIn.NewAsync() : null);
        await EnergyPeople.LandAsync(world);

        // A row that says of nobody whose it is: it must stay, though nothing can be compared.
        await world.LandAsync(EnergyTables.Accounts, ("account_number", "A-900"));
        var all = await IssueAsync(world, "all_accounts", []);
        var some = await IssueAsync(
            world,
            "some_accounts",
            [ProcessingLimit.PrefixOf("*"), ProcessingLimit.PrefixOf("billing")]
        );
        all.Sql.Should().NotContain("_governance_keys", "nothing is asked where nobody is left out");
        some.Sql.Should().Contain("_governance_keys");
        await ShouldShowAsync(world, 4, 4);

        // Two people by two sets, one of another purpose that the view is not for.
        await AddAsync(world, "limited.*.1", ("customer_id", "C-ANN"));
        await ShouldShowAsync(world, 4, 3);
        await AddAsync(world, "limited.billing.2", ("account_number", "A-200"));
        await AddAsync(world, "limited.marketing.3", ("customer_id", "C-CORA"));
        await ShouldShowAsync(world, 4, 2);

        // What lands later of Ann, by a number that nobody knew of.
        await world.LandAsync(EnergyTables.Accounts, ("account_number", "A-101"), ("customer_id", "C-ANN"));
        await ShouldShowAsync(world, 5, 2);

        var view = new ViewDefinition(
            "some_accounts",
            EnergyTables.Accounts,
            ["account_number"],
            RowCondition.Everything,
            [Ana]
        )
        {
            Without = [ProcessingLimit.PrefixOf("*")],
        };
        Column[] owns = [.. EnergyTables.Accounts.Identifiers()];
        (await world.Warehouse.CountVisibleAsync(view, "limited.*.1", owns, default))
            .Value.Should()
            .Be(new MatchCount(3, 0));
        (await world.Warehouse.CountVisibleAsync(view with { Without = [] }, "limited.*.1", owns, default))
            .Value.Should()
            .Be(new MatchCount(5, 2));

        await world.Warehouse.DropKeysAsync("limited.*.1", default);
        await ShouldShowAsync(world, 5, 4);
    }

    [Fact]
    public async Task View_WithoutAStrangePrefix_IsRefused()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);
        var refused = await world.Warehouse.IssueViewAsync(
            new ViewDefinition("v", EnergyTables.Accounts, ["account_number"], RowCondition.Everything, [Ana])
            {
                Without = ["x' OR TRUE --"],
            },
            default
        );

        refused.Refusal!.Code.Should().Be("left_out_refused");
    }

    private static async Task<IssuedView> IssueAsync(ErasureWorld world, string name, string[] without) =>
        (
            await world.Warehouse.IssueViewAsync(
                new ViewDefinition(
                    name,
                    EnergyTables.Accounts,
                    ["account_number", "customer_id"],
                    RowCondition.Everything,
                    [Ana]
                )
                {
                    Without = [.. without],
                },
                default
            )
        ).Value;

    private static async Task ShouldShowAsync(ErasureWorld world, int all, int some)
    {
        (await world.ReadViewAsync("all_accounts", Ana)).Should().HaveCount(all);
        (await world.ReadViewAsync("some_accounts", Ana)).Should().HaveCount(some);
    }

    private static async Task AddAsync(ErasureWorld world, string keySet, (string Domain, string Value) identifier)
    {
        var found = await world.Identifiers.FindAsync([world.Key(identifier.Domain, identifier.Value)], default);
        await world.Warehouse.AddKeysAsync(
            keySet,
            [new LinkedIdentifier(identifier.Domain, found.Single().Value.Surrogate)],
            default
        );
    }
}
