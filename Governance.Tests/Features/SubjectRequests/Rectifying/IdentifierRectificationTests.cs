using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Api.Features.SubjectRequests.Rectifying;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Tests.Features.SubjectRequests.Erasure;
using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests.Rectifying;

/// <summary>A wrong identifier is corrected in the vault: the surrogate stays, and stands for the right one in every table.</summary>
public sealed class IdentifierRectificationTests(SharedStandIn standIn) : IClassFixture<SharedStandIn>
{
    private const string Right = "ann.marker.right@example.org";

    [Theory]
    [InlineData(StateKind.Sqlite)]
    [InlineData(StateKind.Postgres)]
    public async Task Rectify_AnIdentifier_KeepsItsSurrogateForTheRightOne(StateKind state)
    {
        await using var world = await ErasureWorld.CreateAsync(state);
        await EnergyPeople.LandAsync(world);
        var surrogate = await SurrogateAsync(world, EnergyPeople.NewEmail);
        var rows = await world.AllRowsAsync();

        var request = await world.FulfilAsync(Body(EnergyPeople.NewEmail, Right));

        request.State.Should().Be("completed");
        var item = Vault(request);
        (item.Verdict, item.Counts!.Matched, item.Counts.MatchedAfter).Should().Be(("corrected_verified", 1, 1));
        item.Hashes!.Before.Should().NotBeNullOrEmpty().And.NotBe(item.Hashes.After);
        request.Items.Where(one => one != item).Should().OnlyContain(one => one.Verdict == "left_out");
        (await SurrogateAsync(world, Right)).Should().Be(surrogate!.Value);
        (await world.IsInVaultAsync("email", EnergyPeople.NewEmail)).Should().BeFalse();
        (await world.AllRowsAsync()).Should().Equal(rows);
        foreach (var bytes in world.StateBytes())
        {
            ByteSearch.Find([Right, EnergyPeople.NewEmail], "the state", bytes).Should().BeEmpty();
        }

        // Who comes by the right one is the same person, with all of their rows.
        var erased = await world.EraseAsync(("email", Right));
        erased.State.Should().Be("completed_with_retention");
        (await world.IsInVaultAsync("customer_id", "C-ANN")).Should().BeFalse();
        (await world.IsInVaultAsync("customer_id", "C-BEN")).Should().BeTrue();
    }

    [Theory]
    [InlineData(EnergyPeople.NewEmail, "ben@example.org", "identifier_taken")]
    [InlineData("ben@example.org", Right, "identifier_not_theirs")]
    [InlineData("nobody@example.org", Right, "identifier_not_theirs")]
    public async Task Rectify_WhatIsSomebodyElses_ChangesNothingAndSaysWhy(string wrong, string right, string code)
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);
        var bens = await SurrogateAsync(world, "ben@example.org");
        var anns = await SurrogateAsync(world, EnergyPeople.NewEmail);

        var request = await world.FulfilAsync(Body(wrong, right));

        request.State.Should().Be("partially_failed");
        (Vault(request).Verdict, Vault(request).Code).Should().Be(("failed_terminal", code));
        (await SurrogateAsync(world, "ben@example.org")).Should().Be(bens);
        (await SurrogateAsync(world, EnergyPeople.NewEmail)).Should().Be(anns);
        (await SurrogateAsync(world, Right)).Should().BeNull();
    }

    /// <summary>Points, each on DuckDB and on BigQuery.</summary>
    public static MatrixTheoryData<string, bool> PointsOnBothWarehouses { get; } =
        new(
            [FulfilSteps.BeforeKept, FulfilSteps.IdentifierCorrected, FulfilSteps.Carried, FulfilSteps.Verified],
            [false, true]
        );

    [Theory]
    [MemberData(nameof(PointsOnBothWarehouses))]
    public async Task Run_CutOffAtAPoint_ResumesAndEndsOnce(string point, bool onBigQuery)
    {
        await using var world = await ErasureWorld.CreateAsync(bigQuery: onBigQuery ? await standIn.NewAsync() : null);
        await EnergyPeople.LandAsync(world);
        var surrogate = await SurrogateAsync(world, EnergyPeople.NewEmail);
        var id = await world.CutOffAsync(Body(EnergyPeople.NewEmail, Right), point);

        var ended = await world.ResumeAsync(id);

        ended.State.Should().Be("completed");
        ended.History.Count(line => line.Act == "completed").Should().Be(1);
        Vault(ended).Hashes!.Before.Should().NotBe(Vault(ended).Hashes!.After);
        (await SurrogateAsync(world, Right)).Should().Be(surrogate!.Value);
    }

    [Fact]
    public async Task Rectify_OfWhomIsHeld_StaysHeldByTheRightOne()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);
        var erasure = await world.SubmitAsync(("email", EnergyPeople.NewEmail));
        (await world.HoldAsync(erasure.Id, "customers")).Failure.Should().BeNull();
        (await world.FulfilAsync(Body(EnergyPeople.NewEmail, Right))).State.Should().Be("completed");

        var again = await world.EraseAsync(("email", Right));

        again.Items.Single(item => item.Dataset == "customers").Verdict.Should().Be("blocked_until");
    }

    [Fact]
    public async Task Submit_OfWhatIsNoIdentifier_NamesEveryFault()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);

        (await FaultsAsync(world, Identifier("colour", "red", "blue"), Identifier("email", EnergyPeople.NewEmail, "")))
            .Should()
            .Equal(("corrections[0].domain", "unknown_domain"), ("corrections[1].value", "wrong_length"));
        (await FaultsAsync(world, Identifier("email", " ", EnergyPeople.NewEmail)))
            .Should()
            .Equal(("corrections[0].wrong", "malformed"));
        (await FaultsAsync(world, Identifier("email", EnergyPeople.NewEmail, $" {EnergyPeople.NewEmail} ")))
            .Should()
            .Equal(("corrections[0].value", "the_same"));
    }

    private static async Task<(string, string)[]> FaultsAsync(ErasureWorld world, params CorrectionBody[] corrections)
    {
        var command = new SubmitCommand(Body(corrections), ErasureWorld.Dpo);
        var answer = await world.Get<SubmitHandler>().Handle(command, default);
        return [.. answer.Failure!.Faults.Select(fault => (fault.Path, fault.Code))];
    }

    private static async Task<Guid?> SurrogateAsync(ErasureWorld world, string email)
    {
        var key = world.Key("email", email);
        return (await world.Identifiers.FindAsync([key], default)).TryGetValue(key, out var found)
            ? found.Surrogate
            : null;
    }

    private static ItemView Vault(SubjectRequestView request) =>
        request.Items.Single(item => item.Dataset == VaultCorrections.Vault);

    private static SubmitBody Body(string wrong, string right) => Body([Identifier("email", wrong, right)]);

    private static SubmitBody Body(CorrectionBody[] corrections) =>
        new()
        {
            Type = "rectification",
            Subject = "customer",
            Claims = [new ClaimBody { Domain = "customer_id", Value = "C-ANN" }],
            Corrections = corrections,
        };

    private static CorrectionBody Identifier(string domain, string wrong, string right) =>
        new()
        {
            Domain = domain,
            Wrong = wrong,
            Value = right,
        };
}
