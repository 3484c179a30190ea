using Governance.Tests.Support.BigQuery.Faults;

namespace Governance.Tests.Features.SubjectRequests.Erasure.Faults;

/// <summary>A process that is killed after any request of an erasure: the next one goes on, and ends as if nothing had happened.</summary>
public sealed class ErasureKillTests(SharedStandIn standIn) : IClassFixture<SharedStandIn>
{
    // No multiple of what a job takes (it is started, looked at, read), so that all of them are met.
    private const int Stride = 11;

    [Fact]
    public async Task Work_KilledAfterARequest_EndsAsUndisturbed()
    {
        var requests = (await standIn.UndisturbedAsync()).Requests.Count;
        await using var world = await FaultWorld.CreateAsync(standIn, people: (requests / Stride) + 1);
        for (var after = 0; after < requests; after += Stride)
        {
            var id = await world.ApproveNextAsync();
            (await KilledAsync(world, after)).Should().BeTrue();
            await world.WorkToTheEndAsync(id);
            await world.EndedAsUndisturbedAsync(id, $"killed after request {after} of {requests}");
        }
    }

    [Fact]
    public async Task Work_KilledAgainAndAgain_EndsAsUndisturbed()
    {
        await using var world = await FaultWorld.CreateAsync(standIn, people: 1);
        var id = await world.ApproveNextAsync();
        var kills = 0;
        for (var after = 1; await KilledAsync(world, after); after += 5)
        {
            kills++;
        }

        kills.Should().BeGreaterThan(8);
        await world.WorkToTheEndAsync(id);
        await world.EndedAsUndisturbedAsync(id, $"killed {kills} times");
    }

    [Fact]
    public async Task Work_KilledAfterAStatementAndRowsLandedSince_ErasesThemToo()
    {
        var undisturbed = await standIn.UndisturbedAsync();
        await using var world = await FaultWorld.CreateAsync(standIn, people: 1);
        var id = await world.ApproveNextAsync();
        (await KilledAsync(world, undisturbed.RequestOf(undisturbed.Statements[0]))).Should().BeTrue();
        world.Statements(id).Should().ContainSingle();
        // As if the event had been on its way past the suppression.
        await world.LandAgainAsync(person: 0);

        await world.WorkToTheEndAsync(id);

        var request = await world.World.GetAsync(id);
        request.State.Should().Be("completed");
        request
            .Items.Select(item => (item.Verdict, item.Counts!.Erased))
            .Should()
            .Equal(("erased_verified", 2), ("erased_verified", 1));
        world.Statements(id).Should().HaveCount(3).And.OnlyContain(job => job.Error == null && job.Counts!.All == 1);
    }

    /// <summary>
    /// The request is carried out, and its answer comes to nobody: from then on the process gets nothing done, and all that it held is thrown
    /// away. What it would still do in passing (its clean-up) is refused.
    /// </summary>
    /// <returns>Whether it came to that: a pass that asks for less ends by itself.</returns>
    private static async Task<bool> KilledAsync(FaultWorld world, int after)
    {
        using var life = new CancellationTokenSource();
        var killed = false;
        world.Faults.Next(
            "*",
            Fault.AnswerAltered(_ =>
            {
                killed = true;
                world.Faults.Next("*", Fault.Status(401, "authError", "killed"), times: int.MaxValue);
                life.Cancel();
            }),
            times: 1,
            after
        );
        try
        {
            await world.WorkAsync(life.Token);
        }
        catch (OperationCanceledException)
        {
            // As meant.
        }

        await world.World.RestartAsync();
        world.Faults.Clear();
        return killed;
    }
}
