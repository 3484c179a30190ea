using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Restricting;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Tests.Features.SubjectRequests.Erasure;

namespace Governance.Tests.Features.SubjectRequests.Restricting;

/// <summary>A restriction that is cut off anywhere is put in force once, by whoever goes on with it.</summary>
public sealed class LimitResumeTests(SharedStandIn standIn) : IClassFixture<SharedStandIn>
{
    /// <summary>Points, each on DuckDB and on BigQuery.</summary>
    public static MatrixTheoryData<string, bool> PointsOnBothWarehouses { get; } =
        new(
            [
                FulfilSteps.GateEntered,
                FulfilSteps.KeysKept,
                FulfilSteps.Started,
                FulfilSteps.LimitKeysKept,
                FulfilSteps.LimitInForce,
                FulfilSteps.ViewsIssued,
                FulfilSteps.Carried,
                FulfilSteps.Verified,
                FulfilSteps.Completed,
            ],
            [false, true]
        );

    [Theory]
    [MemberData(nameof(PointsOnBothWarehouses))]
    public async Task Run_CutOffAtAPoint_ResumesAndEndsOnce(string point, bool onBigQuery)
    {
        await using var world = await ErasureWorld.CreateAsync(bigQuery: onBigQuery ? await standIn.NewAsync() : null);
        await EnergyPeople.LandAsync(world);
        var id = await world.CutOffAsync(
            new SubmitBody
            {
                Type = "restriction",
                Subject = "customer",
                Claims = [new ClaimBody { Domain = "email", Value = EnergyPeople.OldEmail }],
            },
            point
        );

        var ended = await world.ResumeAsync(id);

        ended.State.Should().Be("completed");
        ended.History.Count(line => line.Act == "completed").Should().Be(1);
        ended.Limit!.LiftedAt.Should().BeNull();
        ended
            .Items.Where(item => item.Action == "limit")
            .Should()
            .NotBeEmpty()
            .And.OnlyContain(item => item.Verdict == "limited_verified" || item.Verdict == "nothing_found");
        ended.Items.Sum(item => item.Counts?.Matched ?? 0).Should().BeGreaterThan(0);

        // What views leave out is Ann's, by every identifier that is hers alone, and nobody else's.
        var limit = new ProcessingLimit { RequestId = id, Subject = "customer" };
        var kept = await world.Warehouse.ReadKeysAsync(limit.KeySetOf(ProcessingLimit.AllPurposes), default);
        var anns = await world.Identifiers.FindAsync(
            [
                world.Key("customer_id", "C-ANN"),
                world.Key("email", EnergyPeople.OldEmail),
                world.Key("email", EnergyPeople.NewEmail),
                world.Key("account_number", "A-100"),
                world.Key("mpan", "2000000000001"),
            ],
            default
        );
        kept.Select(key => key.Surrogate).Should().BeEquivalentTo(anns.Values.Select(one => one.Surrogate));
    }
}
