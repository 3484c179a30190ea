using System.Text.Json.Nodes;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Features.Receipts.Verification;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;

namespace Governance.Tests.Features.SubjectRequests.Erasure.Stories;

/// <summary>
/// One story from end to end, the same for each warehouse with each state: rows land, a view and a row rule are issued over them, a person is
/// erased by the worker and verified, the receipt holds offline, nobody else is touched, and what was issued still holds and is revoked.
/// </summary>
public abstract class ErasureStorySuite
{
    private const string Ana = "user:ana@example.com";
    private const string Ben = "user:ben@example.com";
    private const string View = "readings_for_ana";
    private const string Rule = "high_readings";

    private protected abstract Task<ErasureWorld> StartAsync();

    [Fact]
    public async Task Story_LandIssueEraseVerifyRevoke_IsTheSameEverywhere()
    {
        await using var world = await StartAsync();
        await EnergyPeople.LandAsync(world);
        var mine = await SurrogateAsync(world, "mpan", "2000000000001");
        await IssueAsync(world, mine);

        var request = await world.SubmitAsync(("email", EnergyPeople.OldEmail));
        (await world.VerifyAsync(request.Id)).Failure.Should().BeNull();
        (await world.ApproveAsync(request.Id)).Failure.Should().BeNull();
        await world.Get<ErasureWorker>().RunDueAsync(default);

        await ErasedAsync(world, request.Id);
        await ReceiptHoldsAsync(world, request.Id);
        await StillIssuedAsync(world, mine);
        await ReplayIsKnownAsync(world);
        await RevokeAsync(world);

        // What was erased stays so for whoever starts again, and a second request finds nobody.
        await world.RestartAsync();
        world.Suppressions.Contains(world.Key("email", EnergyPeople.OldEmail)).Should().BeTrue();
        (await world.EraseAsync(("email", EnergyPeople.OldEmail)))
            .Items.Should()
            .OnlyContain(item => item.Verdict == "nothing_found");
        await LedgerIsWholeAsync(world, request.Id);
    }

    private static async Task IssueAsync(ErasureWorld world, string mine)
    {
        var everything = new ViewDefinition(
            View,
            EnergyTables.Readings,
            ["mpan", "watt_hours"],
            RowCondition.Everything,
            [Ana, Ben]
        );
        (await world.Warehouse.IssueViewAsync(everything, default)).Value.IsAuthorized.Should().BeTrue();
        (await world.ReadViewAsync(View, Ana)).Should().HaveCount(6);

        var high = new Comparison("watt_hours", ComparisonOperator.Equal, new TextConstant("130"));
        (await world.Warehouse.PutRowRuleAsync(new RowRule(Rule, EnergyTables.Readings, high, [Ana]), default))
            .Value.Members.Should()
            .Equal(Ana);
        var seen = (await world.ReadViewAsync(View, Ana))!;
        seen.Should().HaveCount(3).And.AllSatisfy(row => Text(row, "watt_hours").Should().Be("130"));
        seen.Select(row => Text(row, "mpan")).Should().OnlyHaveUniqueItems().And.Contain(mine);
        (await world.ReadViewAsync(View, Ben)).Should().BeNullOrEmpty("a rule stands, and none names him");
        await ReadBackAsync(world);
    }

    private static async Task ReadBackAsync(ErasureWorld world)
    {
        var view = (await world.Warehouse.ReadViewsAsync(default)).Should().ContainSingle().Which;
        view.Name.Should().Be(View);
        view.Dataset.Should().Be("meter_readings");
        view.Readers.Should().BeEquivalentTo([Ana, Ben]);
        view.IsAuthorized.Should().BeTrue();
        (await world.Warehouse.ReadRowRulesAsync(EnergyTables.Readings, default))
            .Select(rule => rule.Name)
            .Should()
            .Contain(Rule);
    }

    private static async Task ErasedAsync(ErasureWorld world, Guid id)
    {
        var request = await world.GetAsync(id);
        request.State.Should().Be("completed_with_retention");
        // Those readings too that the row rule keeps from everybody but the service.
        AnnErased.VerdictsOf(request).Should().Equal(AnnErased.Verdicts);
        (await world.AllRowsAsync()).Should().Equal(AnnErased.Rows);
        request.Erased!.Suppressions.Should().Be(5);
        request.Erased.VaultRowsDestroyed.Should().Be(5);
        (await world.IsInVaultAsync("customer_id", "C-ANN")).Should().BeFalse();
        (await world.IsInVaultAsync("customer_id", "C-BEN")).Should().BeTrue();
        (await world.IsInVaultAsync("phone", EnergyPeople.SharedPhone)).Should().BeTrue();
        (await world.Warehouse.ReadKeysAsync(RequestKeySets.Owned(id), default)).Should().BeEmpty();
        (await world.Warehouse.ReadKeysAsync(RequestKeySets.Shared(id), default)).Should().BeEmpty();
    }

    private static async Task ReceiptHoldsAsync(ErasureWorld world, Guid id)
    {
        var jws = (await world.Get<IReceipts>().FindAsync(id.ToString(), default))!;
        var check = await ReceiptCheck.RunAsync(jws, world.Get<ReceiptKeys>().Public);
        check.Reason.Should().BeNull();
        var facts = check.Payload!.Facts;
        facts.Outcome.Should().Be("completed_with_retention");
        var request = await world.GetAsync(id);
        facts
            .Items.Select(item => (item.Table, item.Verdict, item.RowsBefore, item.RowsAfter, item.ControlsUnchanged))
            .Should()
            .Equal(
                request.Items.Select(item =>
                    (
                        item.Dataset,
                        item.Verdict,
                        item.Counts!.RowsBefore,
                        item.Counts.RowsAfter,
                        item.Counts.ControlUnchanged
                    )
                )
            );
        facts.Items.Where(item => item.Verdict == "erased_verified").Should().OnlyContain(item => item.Affected > 0);
    }

    private static async Task StillIssuedAsync(ErasureWorld world, string mine)
    {
        await ReadBackAsync(world);
        (await world.ReadViewAsync(View, Ana))!
            .Select(row => Text(row, "mpan"))
            .Should()
            .HaveCount(2)
            .And.NotContain(mine);
        (await world.ReadViewAsync(View, Ben)).Should().BeNullOrEmpty();
    }

    // What the interceptor asks before it lands an event.
    private static async Task ReplayIsKnownAsync(ErasureWorld world)
    {
        foreach (
            var (domain, value) in new[]
            {
                ("customer_id", "C-ANN"),
                ("account_number", "A-100"),
                ("mpan", "2000000000001"),
            }
        )
        {
            world.Suppressions.Contains(world.Key(domain, value)).Should().BeTrue(domain);
        }

        world.Suppressions.Contains(world.Key("phone", EnergyPeople.SharedPhone)).Should().BeFalse();

        // Others' events go on.
        await world.LandAsync(EnergyTables.Readings, ("mpan", "2000000000002"), ("watt_hours", "130"));
        (await world.ReadViewAsync(View, Ana)).Should().HaveCount(3);
    }

    private static async Task RevokeAsync(ErasureWorld world)
    {
        (await world.Warehouse.RemoveRowRuleAsync(EnergyTables.Readings, Rule, default)).Value.Should().BeTrue();
        (await world.ReadViewAsync(View, Ana)).Should().BeNullOrEmpty("the last rule is gone, and nothing opens");
        (await world.Warehouse.RevokeViewAsync(View, default)).Value.Should().BeTrue();
        (await world.ReadViewAsync(View, Ana)).Should().BeNull();
        (await world.Warehouse.ReadViewsAsync(default)).Should().BeEmpty();
    }

    private static async Task LedgerIsWholeAsync(ErasureWorld world, Guid id)
    {
        var jws = (await world.Get<IReceipts>().FindAsync(id.ToString(), default))!;
        var anchor = (await ReceiptCheck.RunAsync(jws, world.Get<ReceiptKeys>().Public)).Payload!.Ledger;
        var chain = new ChainCheck();
        chain.Watch(anchor.Sequence);
        foreach (var entry in await world.LedgerAsync())
        {
            chain.Add(entry.Sequence, entry.Payload, entry.Hash).Should().BeTrue();
        }

        chain.Holds(anchor).Should().BeTrue("the receipt hangs on the ledger");
    }

    private static async Task<string> SurrogateAsync(ErasureWorld world, string domain, string value) =>
        (await world.Identifiers.FindAsync([world.Key(domain, value)], default)).Values.Single().Surrogate.ToString();

    private static string? Text(JsonObject row, string column) => row[column]?.GetValue<string>();
}
