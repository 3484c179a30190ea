using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Tests.Features.SubjectRequests.Erasure;

namespace Governance.Tests.Features.SubjectRequests;

/// <summary>What people do to a request before it is carried out.</summary>
public sealed class SubjectRequestFlowTests : IAsyncLifetime
{
    private ErasureWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(_world);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Verify_OfAPhoneOfTwoPeople_AsksForAnotherClaim()
    {
        var request = await _world.SubmitAsync(("phone", EnergyPeople.SharedPhone));

        var failure = (await _world.VerifyAsync(request.Id)).Failure!;

        failure.Code.Should().Be("several_people");
        failure.Detail.Should().Contain("2 people");
        failure.Next.Should().Contain("Withdraw").And.Contain("customer id");
        var waiting = await _world.GetAsync(request.Id);
        waiting.State.Should().Be("identity_pending");
        waiting.Waiting!.Code.Should().Be("several_people");
        waiting.Waiting.People.Should().Be(2);
    }

    [Fact]
    public async Task Verify_OfAPhoneOfOnePerson_FindsThem()
    {
        var request = await _world.EraseAsync(("phone", EnergyPeople.CorasPhone));

        request.State.Should().Be("completed_with_retention");
        (await _world.IsInVaultAsync("customer_id", "C-CORA")).Should().BeFalse();
        (await _world.RowsAsync(EnergyTables.Customers)).Should().Be(3);
    }

    [Fact]
    public async Task Verify_OfASharedPhoneAndAnOwnIdentifier_FindsTheOnePerson()
    {
        await _world.EraseAsync(("phone", EnergyPeople.SharedPhone), ("customer_id", "C-BEN"));

        (await _world.IsInVaultAsync("customer_id", "C-BEN")).Should().BeFalse();
        (await _world.IsInVaultAsync("customer_id", "C-ANN")).Should().BeTrue();
    }

    [Theory]
    [InlineData("customer_id", "C-CORA", "phone", EnergyPeople.SharedPhone, "claims_disagree")]
    [InlineData("customer_id", "C-NOBODY", "phone", EnergyPeople.CorasPhone, "claims_disagree")]
    [InlineData("customer_id", "C-CORA", "email", "ben@example.org", "several_people")]
    [InlineData("phone", EnergyPeople.CorasPhone, "address_id", "ADR-1", "claims_disagree")]
    [InlineData("phone", EnergyPeople.SharedPhone, "address_id", "ADR-1", "several_people")]
    public async Task Verify_OfClaimsThatDoNotPointAtOnePerson_TouchesNobody(
        string domain,
        string value,
        string otherDomain,
        string otherValue,
        string code
    )
    {
        var request = await _world.SubmitAsync((domain, value), (otherDomain, otherValue));

        (await _world.VerifyAsync(request.Id)).Failure!.Code.Should().Be(code);
        (await _world.GetAsync(request.Id)).State.Should().Be("identity_pending");
    }

    [Fact]
    public async Task Verify_WhereOneRowTiesTwoPeopleTogether_TouchesNobody()
    {
        await _world.LandAsync(EnergyTables.Accounts, ("account_number", "A-100"), ("customer_id", "C-BEN"));
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));

        (await _world.VerifyAsync(request.Id)).Failure!.Code.Should().Be("several_people");
    }

    [Fact]
    public async Task Run_WhereTwoPeopleWereTiedTogetherAfterTheApproval_GoesBackToAPerson()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);
        await _world.ApproveAsync(request.Id);
        await _world.LandAsync(EnergyTables.Accounts, ("account_number", "A-100"), ("customer_id", "C-BEN"));

        await _world.RunAsync(request.Id);

        (await _world.GetAsync(request.Id)).State.Should().Be("identity_pending");
        _world.Suppressions.Contains(_world.Key("customer_id", "C-ANN")).Should().BeFalse();
        (await _world.RowsAsync(EnergyTables.Customers)).Should().Be(4);
    }

    [Fact]
    public async Task Approve_WhereATableIsNotReached_NamesTheTable()
    {
        _world.Current = EnergyTables.Catalog([.. EnergyTables.All, EnergyTables.Loose]);
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);

        var failure = (await _world.ApproveAsync(request.Id)).Failure!;

        failure.Code.Should().Be("tables_not_reached");
        failure.Detail.Should().Contain("loose_notes");
        (await _world.GetAsync(request.Id)).State.Should().Be("awaiting_approval");
    }

    [Fact]
    public async Task Approve_WhereNoContractNamesATableAnyMore_NamesTheTable()
    {
        _world.Current = EnergyTables.Catalog(EnergyTables.All.Remove(EnergyTables.Messages), "second");
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);

        var failure = (await _world.ApproveAsync(request.Id)).Failure!;

        failure.Code.Should().Be("tables_not_reached");
        failure.Detail.Should().Contain("support_messages");
    }

    [Fact]
    public async Task Approve_AfterAContractChanged_MakesThePlanAnewAndCanThenBeApproved()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);
        var first = (await _world.GetAsync(request.Id)).Plan!.Hash;
        _world.Current = EnergyTables.Catalog(hash: "second");

        (await _world.ApproveAsync(request.Id)).Failure!.Code.Should().Be("contracts_changed");
        (await _world.GetAsync(request.Id)).Plan!.Hash.Should().NotBe(first);
        (await _world.ApproveAsync(request.Id)).Failure.Should().BeNull();
        (await _world.GetAsync(request.Id)).State.Should().Be("queued");
    }

    [Fact]
    public async Task Run_AfterAContractChangedSinceTheApproval_WaitsForAnotherApproval()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);
        await _world.ApproveAsync(request.Id);
        _world.Current = EnergyTables.Catalog(hash: "second");

        await _world.RunAsync(request.Id);

        (await _world.GetAsync(request.Id)).State.Should().Be("awaiting_approval");
        _world.Suppressions.Count.Should().Be(0);
    }

    [Fact]
    public async Task Approve_TwiceAtOnce_OneWins()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => _world.ApproveAsync(request.Id)))
        );

        results.Should().ContainSingle(result => result.Failure == null);
        results
            .Where(result => result.Failure is not null)
            .Should()
            .OnlyContain(one => one.Failure!.Code == "not_possible_now");
    }

    [Fact]
    public async Task Act_ThatTheStateDoesNotAllow_SaysWhichOnesAre()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));

        (await _world.ApproveAsync(request.Id)).Failure!.Detail.Should().Contain("verify, refuse, withdraw");
        (await _world.WithdrawAsync(request.Id)).Failure.Should().BeNull();
        (await _world.VerifyAsync(request.Id)).Failure!.Detail.Should().Contain("It is final");
    }

    [Fact]
    public async Task Refuse_WithAReason_KeepsIt()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));

        await _world.RefuseAsync(request.Id, "no proof of identity");

        var refused = await _world.GetAsync(request.Id);
        refused.State.Should().Be("refused");
        refused.History[^1].Why.Should().Be("no proof of identity");
    }

    [Fact]
    public async Task Submit_OfAnOpenRequestsClaim_MergesIntoIt()
    {
        var open = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(open.Id);

        var duplicate = await _world.SubmitAsync(("customer_id", "C-ANN"), ("email", EnergyPeople.OldEmail));

        duplicate.State.Should().Be("duplicate_of");
        duplicate.DuplicateOf.Should().Be($"/subject-requests/{open.Id}");
        var merged = await _world.GetAsync(open.Id);
        merged.ClaimDomains.Should().Equal("customer_id", "email");
        merged.State.Should().Be("identity_pending");
        merged.Waiting!.Code.Should().Be("claims_added");
        (await _world.VerifyAsync(open.Id)).Failure.Should().BeNull();
    }

    [Fact]
    public async Task Submit_OfAPhoneThatAnotherRequestClaimsToo_IsNoDuplicate()
    {
        await _world.SubmitAsync(("customer_id", "C-ANN"), ("phone", EnergyPeople.SharedPhone));

        (await _world.SubmitAsync(("customer_id", "C-BEN"), ("phone", EnergyPeople.SharedPhone)))
            .State.Should()
            .Be("received");
    }

    [Fact]
    public async Task Submit_OfFurtherClaimsWhileTheFirstIsCarriedOut_IsWorkedOnForItself()
    {
        var open = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(open.Id);
        await _world.ApproveAsync(open.Id);

        (await _world.SubmitAsync(("customer_id", "C-ANN"))).State.Should().Be("duplicate_of");
        (await _world.SubmitAsync(("customer_id", "C-ANN"), ("email", "ann.other@example.org")))
            .State.Should()
            .Be("received");
    }

    [Fact]
    public async Task Submit_AfterTheFirstHasEnded_FindsNothingMore()
    {
        await _world.EraseAsync(("customer_id", "C-ANN"));

        var again = await _world.EraseAsync(("customer_id", "C-ANN"));

        again.State.Should().Be("completed");
        again.Items.Should().OnlyContain(item => item.Verdict == "nothing_found");
    }

    [Fact]
    public async Task Submit_OfFaultyClaims_NamesEachPlaceAndNoValue()
    {
        var result = await _world.TrySubmitAsync(
            ("shoe_size", "marker-value-1"),
            ("email", "   "),
            ("email", new string('x', 300)),
            ("customer_id", "C-\ud800")
        );

        var faults = result.Failure!.Faults;
        faults
            .Select(fault => (fault.Path, fault.Code))
            .Should()
            .Equal(
                ("claims[0].domain", "unknown_domain"),
                ("claims[1].value", "empty"),
                ("claims[2].value", "too_long"),
                ("claims[3].value", "malformed")
            );
        faults[0].Message.Should().Contain("account_number, address_id, customer_id, email, mpan, phone");
        faults.Should().NotContain(fault => fault.Message.Contains("marker") || fault.Message.Contains("shoe"));
    }

    [Fact]
    public async Task Submit_WithoutClaims_IsRefused() =>
        (await _world.TrySubmitAsync()).Failure!.Faults.Single().Code.Should().Be("wrong_count");

    [Fact]
    public async Task Worker_AfterAFailure_WaitsBeforeItTriesAgain()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);
        await _world.ApproveAsync(request.Id);
        _world.Points.Stop(ErasureSteps.KeysKept);
        var worker = _world.Get<ErasureWorker>();

        await worker.RunDueAsync(default);
        await worker.RunDueAsync(default);
        (await _world.GetAsync(request.Id)).State.Should().Be("queued");

        _world.Time.Advance(TimeSpan.FromSeconds(2));
        await worker.RunDueAsync(default);
        (await _world.GetAsync(request.Id)).State.Should().Be("completed_with_retention");
    }
}
