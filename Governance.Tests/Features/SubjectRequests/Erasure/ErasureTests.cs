using System.Text;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Get;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>An erasure from its claims to its end, on the real parts.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private ErasureWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(_world);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("customer_id", "C-ANN")]
    [InlineData("email", EnergyPeople.OldEmail)]
    [InlineData("email", EnergyPeople.NewEmail)]
    [InlineData("email", "  ANN.Old@Example.org ")]
    [InlineData("account_number", "A-100")]
    [InlineData("mpan", "2000000000001")]
    public async Task Erase_ByAnyOwnIdentifier_ErasesThePersonEverywhereAndNobodyElse(string domain, string value)
    {
        var request = await _world.EraseAsync((domain, value));

        request.State.Should().Be("completed_with_retention");
        AnnErased.VerdictsOf(request).Should().Equal(AnnErased.Verdicts);
        (await _world.AllRowsAsync()).Should().Contain(AnnErased.Rows);
    }

    [Fact]
    public async Task Erase_OfOnePerson_DestroysWhatIsTheirsAndKeepsWhatANeighbourHolds()
    {
        await _world.EraseAsync(("customer_id", "C-ANN"));

        (await _world.IsInVaultAsync("customer_id", "C-ANN")).Should().BeFalse();
        (await _world.IsInVaultAsync("email", EnergyPeople.OldEmail)).Should().BeFalse();
        (await _world.IsInVaultAsync("email", EnergyPeople.NewEmail)).Should().BeFalse();
        (await _world.IsInVaultAsync("account_number", "A-100")).Should().BeFalse();
        (await _world.IsInVaultAsync("mpan", "2000000000001")).Should().BeFalse();
        (await _world.IsInVaultAsync("phone", EnergyPeople.SharedPhone)).Should().BeTrue();
        (await _world.IsInVaultAsync("address_id", "ADR-1")).Should().BeTrue();
        (await _world.IsInVaultAsync("customer_id", "C-BEN")).Should().BeTrue();
    }

    [Fact]
    public async Task Erase_OfThePersonWhoAloneHeldAPhone_DestroysThePhoneToo()
    {
        await _world.EraseAsync(("customer_id", "C-CORA"));

        (await _world.IsInVaultAsync("phone", EnergyPeople.CorasPhone)).Should().BeFalse();

        // The row of addresses still holds it.
        (await _world.IsInVaultAsync("address_id", "ADR-2"))
            .Should()
            .BeTrue();
    }

    [Fact]
    public async Task Erase_OfAPerson_SuppressesWhatTheyOwnAndNothingThatIsShared()
    {
        await _world.EraseAsync(("email", EnergyPeople.OldEmail), ("phone", EnergyPeople.SharedPhone));

        IsSuppressed("email", EnergyPeople.OldEmail).Should().BeTrue();
        IsSuppressed("email", EnergyPeople.NewEmail).Should().BeTrue();
        IsSuppressed("customer_id", "C-ANN").Should().BeTrue();
        IsSuppressed("account_number", "A-100").Should().BeTrue();
        IsSuppressed("mpan", "2000000000001").Should().BeTrue();
        IsSuppressed("phone", EnergyPeople.SharedPhone).Should().BeFalse();
        IsSuppressed("address_id", "ADR-1").Should().BeFalse();
        IsSuppressed("customer_id", "C-BEN").Should().BeFalse();
    }

    [Fact]
    public async Task Erase_OfAnUnknownPerson_FindsNothingAndSuppressesTheClaims()
    {
        var before = await _world.AllRowsAsync();

        var request = await _world.EraseAsync(("email", "nobody@example.org"), ("phone", "+44 20 7946 0999"));

        request.State.Should().Be("completed");
        request.Items.Should().OnlyContain(item => item.Verdict == "nothing_found");
        IsSuppressed("email", "nobody@example.org").Should().BeTrue();
        IsSuppressed("phone", "+44 20 7946 0999").Should().BeFalse();
        (await _world.AllRowsAsync()).Should().Equal(before);
        (await _world.Get<IReceipts>().FindAsync(request.Id.ToString(), default)).Should().NotBeNull();
    }

    [Fact]
    public async Task Erase_OnAnEmptyWarehouse_IsCompleted()
    {
        await using var world = await ErasureWorld.CreateAsync();

        var request = await world.EraseAsync(("customer_id", "C-1"));

        request.State.Should().Be("completed");
    }

    [Fact]
    public async Task Erase_OfARetainedTable_SaysWhyAndForHowLong()
    {
        var request = await _world.EraseAsync(("customer_id", "C-ANN"));

        var payments = request.Items.Single(item => item.Dataset == "payments");
        payments.Ground.Should().Be(EnergyTables.Ground);
        payments.Period.Should().Be("6y");
        request
            .Items.Single(item => item.Dataset == "addresses")
            .Ground.Should()
            .Be("a shared record, not the person's own");
    }

    [Fact]
    public async Task Erase_OfAPerson_LeavesNoValueNorSurrogateInStateLedgerAndReceipt()
    {
        var surrogates = (
            await _world.Identifiers.FindAsync(
                [_world.Key("customer_id", "C-ANN"), _world.Key("email", EnergyPeople.OldEmail)],
                default
            )
        ).Values.Select(found => found.Surrogate.ToString());

        var request = await _world.EraseAsync(("customer_id", "C-ANN"), ("email", EnergyPeople.OldEmail));

        var receipt = (await _world.Get<IReceipts>().FindAsync(request.Id.ToString(), default))!;
        var payload = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(receipt.Split('.')[1]));
        string[] secrets = ["C-ANN", "ann.old", "ann.new", "A-100", .. surrogates];
        foreach (var secret in secrets)
        {
            payload.Should().NotContain(secret);
            foreach (var bytes in _world.StateBytes())
            {
                bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)).Should().Be(-1, secret);
            }
        }
    }

    [Fact]
    public async Task Erase_FromClaimToReceipt_IsOneLedgerEntryForEachAct()
    {
        var request = await _world.EraseAsync(("customer_id", "C-ANN"));

        var acts = (await _world.LedgerAsync())
            .Select(entry => entry.Payload)
            .Where(entry => entry.Contains(request.Id.ToString(), StringComparison.Ordinal))
            .ToArray();
        string[] expected = ["submitted", "verified", "planned", "approved", "executing", "erased", "completed"];
        foreach (var act in expected)
        {
            acts.Should().ContainSingle(entry => entry.Contains($"subject-request.{act}\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Erase_OfAPerson_WritesBothClocksAndTheHistory()
    {
        var request = await _world.EraseAsync(("customer_id", "C-ANN"));

        request.Clocks.Legal.DueOn.Should().Be(new DateOnly(2026, 4, 10));
        request.Clocks.Legal.InTime.Should().BeTrue();
        request
            .Clocks.Physical.Single(place => place.What == "warehouse_row_bytes")
            .GoneAt.Should()
            .Be(request.Clocks.LogicallyErasedAt + TimeSpan.FromHours(25), "the file is written anew by then");
        request.Clocks.PhysicallyGoneBy.Should().Be(request.Clocks.LogicallyErasedAt + TimeSpan.FromDays(35));
        request.Clocks.WithoutDate.Should().Equal("quarantine");
        request
            .Clocks.Physical.Single(place => place.What == "raw_topics")
            .GoneAt.Should()
            .Be(_world.Time.GetUtcNow().AddDays(7));
        request.History.Select(line => line.Act).Should().Equal(ErasureWorld.HistoryTo("completed_with_retention"));
        request.History[2].Actor.Should().Be(ErasureWorld.Dpo);
        request.History[^1].Actor.Should().Be("system:erasure");
    }

    [Fact]
    public async Task Verify_BesideAnErasureThatLooksInsideTheGate_BothComeToTheirEnd()
    {
        var request = await _world.SubmitAsync(("email", EnergyPeople.OldEmail));
        var entered = new TaskCompletionSource();
        var look = new TaskCompletionSource();
        var worker = Task.Run(async () =>
        {
            await using var gate = await _world.Warehouse.EnterWriteAsync(default);
            entered.SetResult();
            await look.Task;
            await _world
                .Get<ErasurePlanner>()
                .PlanAsync(
                    "customer",
                    [new Person(Guid.Empty, [_world.Key("account_number", "A-100")], [])],
                    isEstimated: false,
                    default
                );
        });
        await entered.Task;

        var verify = _world.VerifyAsync(request.Id);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        look.SetResult();

        await Task.WhenAll(worker, verify).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        (await verify).Failure.Should().BeNull();
    }

    [Fact]
    public async Task Erase_WhereRowsAppearAfterTheStatements_RunsThemAgain()
    {
        var landed = false;
        _world.Points.OnReached = point =>
        {
            if (point == "erasure.gate_left" && !landed)
            {
                landed = true;
                Task.Run(() =>
                        _world.LandAsync(EnergyTables.Readings, ("mpan", "2000000000001"), ("watt_hours", "140"))
                    )
                    .GetAwaiter()
                    .GetResult();
            }
        };

        var request = await _world.EraseAsync(("customer_id", "C-ANN"));

        request.State.Should().Be("completed_with_retention");
        AnnErased.VerdictsOf(request)["meter_readings"].Should().Be(("erased_verified", 3));
        (await _world.RowsAsync(EnergyTables.Readings)).Should().Be(4);
    }

    private bool IsSuppressed(string domain, string value) => _world.Suppressions.Contains(_world.Key(domain, value));
}
