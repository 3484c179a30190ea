using Governance.Api.Features.Receipts;
using Governance.Api.Features.SubjectRequests.Erasure;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>Cut off at any point, an erasure ends as if nothing had happened, and once.</summary>
public sealed class ErasureResumeTests
{
    public static TheoryData<string, int> Points()
    {
        var points = new TheoryData<string, int>();
        foreach (var step in ErasureSteps.All)
        {
            points.Add(step, 0);
        }

        // In the midst of the statements, too.
        points.Add(ErasureSteps.StatementRan, 3);
        points.Add(ErasureSteps.OutcomeKept, 3);
        return points;
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Run_CutOffAtAPoint_ResumesAndEndsOnce(string point, int passes)
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);
        var request = await world.SubmitAsync(("email", EnergyPeople.OldEmail));
        await world.VerifyAsync(request.Id);
        await world.ApproveAsync(request.Id);
        world.Points.Stop(point, passes);
        await world.Invoking(one => one.RunAsync(request.Id)).Should().ThrowAsync<StoppedException>(point);

        await world.RestartAsync();
        await world.Get<ErasureWorker>().RunDueAsync(default);

        var ended = await world.GetAsync(request.Id);
        ended.State.Should().Be("completed_with_retention");
        ended
            .Items.Where(item => item.Verdict == "erased_verified")
            .ToDictionary(item => item.Dataset, item => item.Counts!.Erased)
            .Should()
            .Equal(
                new Dictionary<string, long?>
                {
                    ["accounts"] = 1,
                    ["customers"] = 2,
                    ["marketing_consents"] = 2,
                    ["meter_readings"] = 2,
                    ["meters"] = 1,
                    ["support_messages"] = 1,
                }
            );
        ended.Erased!.Suppressions.Should().Be(5);
        ended.Erased.VaultRowsDestroyed.Should().Be(5);
        (await world.RowsAsync(EnergyTables.Customers)).Should().Be(2);
        (await world.RowsAsync(EnergyTables.Readings)).Should().Be(4);
        (await world.IsInVaultAsync("customer_id", "C-ANN")).Should().BeFalse();
        (await world.IsInVaultAsync("phone", EnergyPeople.SharedPhone)).Should().BeTrue();
        (await world.Warehouse.ReadKeysAsync($"request-{request.Id:N}", default)).Should().BeEmpty();
        (await world.Warehouse.ReadKeysAsync($"request-{request.Id:N}-shared", default)).Should().BeEmpty();
        (await world.Get<IReceipts>().FindAsync(request.Id.ToString(), default)).Should().NotBeNull();
        ended.History.Count(line => line.Act == "completed_with_retention").Should().Be(1);
        ended.History.Count(line => line.Act == "executing").Should().Be(1);
    }
}
