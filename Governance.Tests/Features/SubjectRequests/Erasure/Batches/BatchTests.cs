using Governance.Api.Features.Receipts;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Features.Receipts.Verification;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Policies.Warehouse;

namespace Governance.Tests.Features.SubjectRequests.Erasure.Batches;

/// <summary>Requests that are due together run as one, and each is told its own part.</summary>
public sealed class BatchTests : IAsyncLifetime
{
    private ErasureWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(_world);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Work_TwoRequestsDueTogether_OneStatementATableAndEachItsOwnCounts()
    {
        var ann = await ApprovedAsync(("customer_id", "C-ANN"));
        var cora = await ApprovedAsync(("email", "cora@example.org"));
        var statements = 0;
        _world.Points.OnReached = point => statements += point == ErasureSteps.StatementRan ? 1 : 0;

        await _world.WorkAsync();

        var (first, second) = (await _world.GetAsync(ann), await _world.GetAsync(cora));
        first.State.Should().Be("completed_with_retention");
        second.State.Should().Be("completed_with_retention");
        first.Batch.Should().Be(second.Batch);
        statements.Should().Be(first.Items.Count(item => item.Action is "delete" or "clear"));
        AnnErased.VerdictsOf(first).Should().Equal(AnnErased.Verdicts);
        AnnErased.VerdictsOf(second)["customers"].Should().Be(("erased_verified", 1));
        AnnErased.VerdictsOf(second)["meter_readings"].Should().Be(("erased_verified", 2));
        var readings = first.Items.Single(item => item.Dataset == "meter_readings").Counts!;
        (readings.RowsBefore, readings.Matched, readings.BatchMatched, readings.RowsAfter).Should().Be((6, 2, 4, 2));
        (await _world.RowsAsync(EnergyTables.Customers)).Should().Be(1);
        (await _world.IsInVaultAsync("customer_id", "C-BEN")).Should().BeTrue();
        (await _world.IsInVaultAsync("phone", EnergyPeople.SharedPhone)).Should().BeTrue();
        (await _world.IsInVaultAsync("phone", EnergyPeople.CorasPhone)).Should().BeFalse();
        (await _world.Warehouse.ReadKeysAsync(RequestKeySets.Owned(first.Batch!.Value), default)).Should().BeEmpty();
        await ReceiptAddsUpAsync(first);
        await ReceiptAddsUpAsync(second);
    }

    [Fact]
    public async Task Work_TwoWhoShareAPhone_DestroyItTogetherAndCountItOnce()
    {
        var ann = await ApprovedAsync(("customer_id", "C-ANN"));
        var ben = await ApprovedAsync(("customer_id", "C-BEN"));

        await _world.WorkAsync();

        var destroyed = new[] { await _world.GetAsync(ann), await _world.GetAsync(ben) }.Sum(request =>
            request.Erased!.VaultRowsDestroyed
        );

        // Five of Ann's own, four of Ben's, and the phone. The address still has its row.
        destroyed.Should().Be(10);
        (await _world.IsInVaultAsync("phone", EnergyPeople.SharedPhone)).Should().BeFalse();
        (await _world.IsInVaultAsync("address_id", "ADR-1")).Should().BeTrue();
    }

    [Fact]
    public async Task Work_TheSamePersonTwice_RunsOneAfterTheOther()
    {
        var one = await ApprovedAsync(("email", EnergyPeople.OldEmail));
        var other = await ApprovedAsync(("account_number", "A-100"));
        one.Should().NotBe(other);

        await _world.WorkAsync();
        await _world.WorkAsync();

        // Approved at the same moment: either may be the first.
        var requests = new[] { await _world.GetAsync(one), await _world.GetAsync(other) };
        requests.Should().OnlyContain(request => request.State.StartsWith("completed", StringComparison.Ordinal));
        var first = requests.Single(request => request.Items.Any(item => item.Verdict == "erased_verified"));
        AnnErased.VerdictsOf(first).Should().Equal(AnnErased.Verdicts);
        var second = requests.Single(request => request != first);
        second
            .Items.Where(item => item.Action == "delete")
            .Should()
            .OnlyContain(item => item.Verdict == "nothing_found");
    }

    [Fact]
    public async Task Work_OneOfABatchWhosePlanChanged_GoesBackAndTheOtherIsErased()
    {
        var ann = await ApprovedAsync(("customer_id", "C-ANN"));
        var cora = await ApprovedAsync(("phone", EnergyPeople.CorasPhone));
        // Somebody else's row now has Cora's phone: her only claim points at two people.
        await _world.LandAsync(
            EnergyTables.Customers,
            ("customer_id", "C-DAN"),
            ("email", "dan@example.org"),
            ("phone", EnergyPeople.CorasPhone),
            ("address_id", "ADR-3")
        );

        await _world.WorkAsync();

        (await _world.GetAsync(ann)).State.Should().Be("completed_with_retention");
        var waiting = await _world.GetAsync(cora);
        waiting.State.Should().Be("identity_pending");
        waiting.Waiting!.Code.Should().Be("several_people");
        (await _world.IsInVaultAsync("customer_id", "C-CORA")).Should().BeTrue();
        (await _world.Warehouse.ReadKeysAsync(RequestKeySets.Owned(cora), default)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(ErasureResumeTests.Points), MemberType = typeof(ErasureResumeTests))]
    public async Task Work_ABatchCutOffAtAPoint_EndsOnceForEach(string point, int passes)
    {
        var ann = await ApprovedAsync(("customer_id", "C-ANN"));
        var cora = await ApprovedAsync(("customer_id", "C-CORA"));
        _world.Points.Stop(point, passes);
        await _world.WorkAsync();

        await _world.RestartAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(6));
        await _world.WorkAsync();

        AnnErased.VerdictsOf(await _world.GetAsync(ann)).Should().Equal(AnnErased.Verdicts);
        AnnErased.VerdictsOf(await _world.GetAsync(cora))["meter_readings"].Should().Be(("erased_verified", 2));
        (await _world.GetAsync(ann)).Erased!.VaultRowsDestroyed.Should().Be(5);
        (await _world.RowsAsync(EnergyTables.Customers)).Should().Be(1);
        var batch = (await _world.GetAsync(ann)).Batch!.Value;
        (await _world.Warehouse.ReadKeysAsync(RequestKeySets.Owned(batch), default)).Should().BeEmpty();
        foreach (var id in new[] { ann, cora })
        {
            (await _world.GetAsync(id)).History.Count(line => line.Act == "executing").Should().Be(1);
            await ReceiptAddsUpAsync(await _world.GetAsync(id));
        }
    }

    private async Task<Guid> ApprovedAsync(params (string, string)[] claims)
    {
        var request = await _world.SubmitAsync(claims);
        (await _world.VerifyAsync(request.Id)).Failure.Should().BeNull();
        (await _world.ApproveAsync(request.Id)).Failure.Should().BeNull();
        return request.Id;
    }

    // after = before − matched by all, and one's own part of it.
    private async Task ReceiptAddsUpAsync(SubjectRequestView request)
    {
        var jws = (await _world.Get<IReceipts>().FindAsync(request.Id.ToString(), default))!;
        var check = await ReceiptCheck.RunAsync(jws, _world.Get<ReceiptKeys>().Public);
        check.Reason.Should().BeNull();
        check
            .Payload!.Facts.Items.Where(item => item.RowsBefore is not null && item.Table != "support_messages")
            .Should()
            .OnlyContain(item => item.RowsAfter == item.RowsBefore - (item.BatchMatched ?? item.Matched))
            .And.OnlyContain(item => item.Affected == item.Matched && item.MatchedAfter == 0);
    }
}
