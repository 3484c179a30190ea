using Governance.Api.Features.SubjectRequests.Erasure;

namespace Governance.Tests.Features.SubjectRequests.Erasure.Batches;

/// <summary>A legal hold keeps a person's rows, by whichever alias a request comes, and its end carries out what it delayed.</summary>
public sealed class HoldTests : IAsyncLifetime
{
    private ErasureWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(_world);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Hold_OfOneTable_ErasesTheOthersAndTheReleaseErasesIt()
    {
        var ann = await ApprovedAsync(("customer_id", "C-ANN"));
        (await _world.HoldAsync(ann, "meter_readings")).Failure.Should().BeNull();

        await _world.WorkAsync();

        var held = await _world.GetAsync(ann);
        held.State.Should().Be("executing");
        (held.Pause!.State, held.Pause.Until).Should().Be(("blocked_until", null));
        held.Pause.Causes.Should().Equal("legal_hold");
        held.Items.Where(item => item.Verdict == "blocked_until")
            .Select(item => item.Dataset)
            .Should()
            .Equal("meter_readings");
        (await _world.RowsAsync(EnergyTables.Readings)).Should().Be(6);
        (await _world.RowsAsync(EnergyTables.Customers)).Should().Be(2);
        (await _world.IsInVaultAsync("mpan", "2000000000001"))
            .Should()
            .BeTrue("its rows would mean nothing without it");

        // Left alone, however much time passes.
        _world.Time.Advance(TimeSpan.FromDays(400));
        await _world.WorkAsync();
        (await _world.RowsAsync(EnergyTables.Readings)).Should().Be(6);

        (await _world.ReleaseAsync(ann)).Failure.Should().BeNull();
        await _world.WorkAsync();

        var ended = await _world.GetAsync(ann);
        ended.State.Should().Be("completed_with_retention");
        AnnErased.VerdictsOf(ended).Should().Equal(AnnErased.Verdicts);
        (await _world.IsInVaultAsync("mpan", "2000000000001")).Should().BeFalse();
        ended.Holds.Single().ReleasedBy.Should().Be(ErasureWorld.Dpo);
        (await _world.ReleaseAsync(ann)).Failure!.Code.Should().Be("no_hold");
    }

    [Theory]
    [InlineData("email", EnergyPeople.OldEmail)]
    [InlineData("mpan", "2000000000001")]
    [InlineData("account_number", "A-100")]
    public async Task Hold_PlacedThroughOneAlias_HoldsARequestByAnother(string domain, string value)
    {
        var first = await _world.SubmitAsync(("customer_id", "C-ANN"));
        (await _world.HoldAsync(first.Id)).Failure.Should().BeNull();
        await _world.WithdrawAsync(first.Id);
        var second = await ApprovedAsync((domain, value));

        await _world.WorkAsync();

        (await _world.GetAsync(second))
            .Items.Where(item => item.Action is "delete" or "clear")
            .Should()
            .OnlyContain(item => item.Code == "legal_hold");
        (await _world.RowsAsync(EnergyTables.Customers)).Should().Be(4);

        (await _world.ReleaseAsync(first.Id)).Failure.Should().BeNull();
        await _world.WorkAsync();

        AnnErased.VerdictsOf(await _world.GetAsync(second)).Should().Equal(AnnErased.Verdicts);
    }

    [Fact]
    public async Task Hold_WithAnEnd_EndsByItself()
    {
        var ann = await ApprovedAsync(("customer_id", "C-ANN"));
        var until = _world.Time.GetUtcNow().AddDays(3);
        await _world.HoldAsync(ann, until);
        await _world.WorkAsync();
        (await _world.GetAsync(ann)).Pause!.Until.Should().Be(until);

        _world.Time.Advance(TimeSpan.FromDays(3));
        await _world.WorkAsync();

        AnnErased.VerdictsOf(await _world.GetAsync(ann)).Should().Equal(AnnErased.Verdicts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hold_OfOneOfABatch_SplitsItOffAndTheOtherIsErased(bool leader)
    {
        var ann = await ApprovedAsync(("customer_id", "C-ANN"));
        var cora = await ApprovedAsync(("customer_id", "C-CORA"));
        var (held, other) = leader ? (ann, cora) : (cora, ann);
        await _world.HoldAsync(held, "accounts", "support_messages");

        // Until nothing is due: what was split off is a batch of its own.
        await _world.WorkAsync();
        await _world.WorkAsync();

        (await _world.GetAsync(other)).State.Should().Be("completed_with_retention");
        (await _world.GetAsync(held)).Items.Count(item => item.Code == "legal_hold").Should().Be(2);
        (await _world.RowsAsync(EnergyTables.Accounts)).Should().Be(2);

        await _world.ReleaseAsync(held);
        await _world.WorkAsync();

        (await _world.GetAsync(held)).State.Should().Be("completed_with_retention");
        (await _world.RowsAsync(EnergyTables.Accounts)).Should().Be(1);
        AnnErased.VerdictsOf(await _world.GetAsync(ann)).Should().Equal(AnnErased.Verdicts);
        foreach (var id in new[] { ann, cora })
        {
            (await _world.Warehouse.ReadOwnedKeysAsync(RequestKeySets.Owned(id), default)).Should().BeEmpty();
            (await _world.Warehouse.ReadOwnedKeysAsync(RequestKeySets.Shared(id), default)).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Hold_AfterATablesStatement_SaysWhereItCameTooLate()
    {
        var ann = await ApprovedAsync(("customer_id", "C-ANN"));
        var statements = 0;
        _world.Points.OnReached = point =>
        {
            if (point == ErasureSteps.OutcomeKept && ++statements == 2)
            {
                Task.Run(() => _world.HoldAsync(ann)).GetAwaiter().GetResult().Failure.Should().BeNull();
            }
        };

        await _world.WorkAsync();

        var held = await _world.GetAsync(ann);
        held.Holds.Single().TooLateFor.Should().Equal("accounts", "customers");
        held.Items.Count(item => item.Code == "legal_hold").Should().Be(4);
        (await _world.RowsAsync(EnergyTables.Readings)).Should().Be(6);
    }

    [Fact]
    public async Task Hold_OfWhatIsUnknownOrOver_IsRefusedWithTheReason()
    {
        var ann = await _world.SubmitAsync(("customer_id", "C-ANN"));

        var unknown = (await _world.HoldAsync(ann.Id, "no_such_table")).Failure!;
        unknown.Faults.Single().Path.Should().Be("datasets[0]");
        var past = (await _world.HoldAsync(ann.Id, _world.Time.GetUtcNow().AddMinutes(-1))).Failure!;
        past.Faults.Single().Path.Should().Be("until");
        await _world.WithdrawAsync(ann.Id);
        (await _world.HoldAsync(ann.Id)).Failure!.Code.Should().Be("not_possible_now");
    }

    private async Task<Guid> ApprovedAsync(params (string, string)[] claims)
    {
        var request = await _world.SubmitAsync(claims);
        (await _world.VerifyAsync(request.Id)).Failure.Should().BeNull();
        (await _world.ApproveAsync(request.Id)).Failure.Should().BeNull();
        return request.Id;
    }
}
