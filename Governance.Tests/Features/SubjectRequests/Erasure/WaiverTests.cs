namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>A table that no path reaches stops an approval until somebody says why it needs not be reached.</summary>
public sealed class WaiverTests : IAsyncLifetime
{
    private ErasureWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await ErasureWorld.CreateAsync();
        _world.Current = EnergyTables.Catalog([.. EnergyTables.All, EnergyTables.Loose]);
        await EnergyPeople.LandAsync(_world);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Approve_WithATableThatNoPathReaches_NeedsAWaiverThatThePlanAndTheReceiptShow()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);
        var planned = await _world.GetAsync(request.Id);
        planned.Plan!.Unreached.Should().Equal("loose_notes");
        planned.Next.Should().Contain("waive");
        (await _world.ApproveAsync(request.Id)).Failure!.Code.Should().Be("tables_not_reached");

        (await _world.WaiveAsync(request.Id, "customers")).Failure!.Code.Should().Be("not_unreached");
        (await _world.WaiveAsync(request.Id, "loose_notes")).Failure.Should().BeNull();

        var waived = await _world.GetAsync(request.Id);
        waived.Plan!.Unreached.Should().BeEmpty();
        waived.Plan.Hash.Should().NotBe(planned.Plan.Hash, "it is part of what is approved");
        var item = waived.Items.Single(one => one.Dataset == "loose_notes");
        (item.Action, item.Verdict, item.WaivedBy, item.Ground)
            .Should()
            .Be(("waive", "waived", ErasureWorld.Dpo, "nobody's data in it"));

        (await _world.ApproveAsync(request.Id)).Failure.Should().BeNull();
        await _world.WorkAsync();

        var ended = await _world.GetAsync(request.Id);
        ended.State.Should().Be("completed_with_retention");
        ended.Items.Single(one => one.Dataset == "loose_notes").Verdict.Should().Be("waived");
    }

    [Fact]
    public async Task Waive_ThenTheContractsChange_KeepsTheWaiverInTheNewPlan()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);
        await _world.WaiveAsync(request.Id, "loose_notes");
        _world.Current = EnergyTables.Catalog([.. EnergyTables.All, EnergyTables.Loose], hash: "second");

        (await _world.ApproveAsync(request.Id)).Failure!.Code.Should().Be("contracts_changed");
        (await _world.ApproveAsync(request.Id)).Failure.Should().BeNull();
        await _world.WorkAsync();

        (await _world.GetAsync(request.Id)).State.Should().Be("completed_with_retention");
    }

    [Fact]
    public async Task Approve_UnderFourEyes_IsRefusedToWhoeverVerified()
    {
        _world.Options.FourEyes = true;
        _world.Current = EnergyTables.Catalog();
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);

        (await _world.ApproveAsync(request.Id)).Failure!.Code.Should().Be("four_eyes");
        (await _world.ApproveAsync(request.Id, "dpo-2")).Failure.Should().BeNull();
    }
}
