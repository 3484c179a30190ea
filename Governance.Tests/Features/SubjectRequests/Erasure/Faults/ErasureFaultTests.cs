using Governance.Api.Features.SubjectRequests.Get;
using Governance.Tests.Support.BigQuery.Faults;

namespace Governance.Tests.Features.SubjectRequests.Erasure.Faults;

/// <summary>Faults of BigQuery at every request of an erasure: nothing is done twice, nothing is left out, and the request shows why it waits.</summary>
public sealed class ErasureFaultTests(SharedStandIn standIn) : IClassFixture<SharedStandIn>
{
    private const string Insert = "bigquery.jobs.insert";

    // Requests of one run that go wrong are so far apart; the next run's are each one later, until every one has gone wrong.
    private const int Stride = 2;
    private const int Far = 55;

    [Theory]
    [InlineData("unavailable", "*")]
    [InlineData("too many requests", "*")]
    [InlineData("rate limit", "*")]
    [InlineData("answer lost", "*")]
    [InlineData("request lost", "*")]
    [InlineData("duplicate job", Insert)]
    public async Task Work_PassingFaultAtEveryRequest_EndsInOnePass(string fault, string operation)
    {
        var undisturbed = (await standIn.UndisturbedAsync()).Count(operation);
        await using var world = await FaultWorld.CreateAsync(standIn, Stride);
        var failed = world.Faults.Failed.Count;
        for (var run = 0; run < Stride; run++)
        {
            var id = await world.ApproveNextAsync();
            for (var after = run; after < undisturbed; after += Stride)
            {
                world.Faults.Next(operation, Fault.ByName[fault], times: 1, after);
            }

            await world.WorkAsync();
            world.Faults.Clear();
            await world.EndedAsUndisturbedAsync(id, $"{fault}, run {run}");
        }

        (world.Faults.Failed.Count - failed).Should().Be(undisturbed, "each request went wrong once");
    }

    /// <summary>A fault for which a call is not tried again: the worker takes the request up later, and ends it all the same.</summary>
    [Theory]
    [InlineData("job: resourcesExceeded", Insert, 3)]
    [InlineData("precondition", "*", 9)]
    [InlineData("quota", "*", 11)]
    public async Task Work_FaultThatEndsAPass_IsTakenUpAgain(string fault, string operation, int stride)
    {
        var undisturbed = (await standIn.UndisturbedAsync()).Count(operation);
        await using var world = await FaultWorld.CreateAsync(standIn, people: 1);
        var id = await world.ApproveNextAsync();
        List<SubjectRequestView> shown = [];
        for (var after = 0; after < undisturbed; after += stride)
        {
            // Counted from the pass's own beginning: a pass that has got further asks for less.
            world.Faults.Next(operation, Fault.ByName[fault], times: 1, after);
            await world.WorkAsync();
            world.Faults.Clear();
            shown.Add(await world.World.GetAsync(id));
            world.Wait(shown[^1]);
            if (shown[^1].State is "completed")
            {
                break;
            }
        }

        await world.WorkToTheEndAsync(id);
        await world.EndedAsUndisturbedAsync(id, fault);
        shown
            .Where(request => request.State is not "completed")
            .Should()
            .HaveCountGreaterThan(3)
            .And.AllSatisfy(request => request.Pause!.State.Should().BeOneOf("retry", "blocked_until"));
        if (fault is not "precondition")
        {
            shown.SelectMany(request => request.Items).Should().OnlyContain(item => item.Verdict != "failed_terminal");
        }
    }

    /// <summary>A fault that lasts longer than a call is tried: the request waits, shows it, and ends when the fault is over.</summary>
    [Theory]
    [InlineData("unavailable", 0)]
    [InlineData("too many requests", 13)]
    [InlineData("rate limit", 27)]
    [InlineData("answer lost", 41)]
    public async Task Work_FaultThatOutlastsTheBudget_WaitsAndGoesOn(string fault, int first)
    {
        var undisturbed = (await standIn.UndisturbedAsync()).Count("*");
        await using var world = await FaultWorld.CreateAsync(standIn, people: (undisturbed / Far) + 1);
        for (var after = first; after < undisturbed; after += Far)
        {
            var id = await world.ApproveNextAsync();
            world.Faults.Next("*", Fault.ByName[fault], times: int.MaxValue, after);
            await world.WorkAsync();
            world.Faults.Clear();

            var because = $"{fault} from request {after} on";
            var waiting = await world.World.GetAsync(id);
            waiting.State.Should().BeOneOf(["queued", "executing", "verifying", "completed"], because);
            if (waiting.State is not "completed")
            {
                waiting.Pause!.State.Should().BeOneOf(["retry", "blocked_until"], because);
                waiting.Pause.Until.Should().BeAfter(world.World.Time.GetUtcNow(), because);
                waiting
                    .Items.Should()
                    .OnlyContain(
                        item =>
                            item.Verdict == (waiting.State == "verifying" ? item.Verdict : "pending")
                            || item.Verdict == "failed_retryable"
                            || (item.Verdict == "blocked_until" && item.Code != "streaming_buffer"),
                        because
                    );
            }

            await world.WorkAsync();
            (await world.World.GetAsync(id)).State.Should().Be(waiting.State, "it is not due yet");
            world.Wait(waiting);
            await world.WorkToTheEndAsync(id);
            await world.EndedAsUndisturbedAsync(id, because);
        }
    }

    /// <summary>Away while its statements run, more often than a refusal may be repeated: nothing counts as an attempt.</summary>
    [Theory]
    [InlineData("unavailable", "unavailable", "retry")]
    [InlineData("job: resourcesExceeded", "queue_full", "blocked_until")]
    [InlineData("rate limit", "rate_limited", "blocked_until")]
    public async Task Work_StatementsThatFailManyTimes_ShowTheCauseAndCountNoAttempt(
        string fault,
        string code,
        string pause
    )
    {
        var verdict = pause == "retry" ? "failed_retryable" : pause;
        var statement = (await standIn.UndisturbedAsync()).Statements[0];
        await using var world = await FaultWorld.CreateAsync(standIn, people: 1);
        var id = await world.ApproveNextAsync();
        world.Faults.Next(Insert, Fault.ByName[fault], times: int.MaxValue, after: statement);
        for (var pass = 0; pass < 7; pass++)
        {
            await world.WorkAsync();
            var waiting = await world.World.GetAsync(id);
            waiting.State.Should().Be("executing");
            waiting.Items.Should().OnlyContain(item => item.Verdict == verdict && item.Code == code);
            (waiting.Pause!.State, waiting.Pause.Causes.Single()).Should().Be((pause, code));
            world.Wait(waiting);
            if (pass is 0)
            {
                world.Faults.Clear();
                world.Faults.Next(Insert, Fault.ByName[fault], times: int.MaxValue);
            }
        }

        world.Faults.Clear();
        await world.WorkToTheEndAsync(id);
        await world.EndedAsUndisturbedAsync(id, fault);
    }

    /// <summary>The service may read a table and no more change it, or the table is locked: however often it is tried, that is no completion.</summary>
    [Theory]
    [InlineData(
        "accessDenied",
        "Access Denied: Table customers: Permission bigquery.tables.updateData denied",
        "failed"
    )]
    [InlineData(
        "invalidQuery",
        "Could not serialize access to table customers due to concurrent update",
        "blocked_until"
    )]
    public async Task Work_OnTablesThatTakeNoStatement_IsNoCompletion(string reason, string message, string verdict)
    {
        var statement = (await standIn.UndisturbedAsync()).Statements[0];
        await using var world = await FaultWorld.CreateAsync(standIn, people: 1);
        var id = await world.ApproveNextAsync();
        world.Faults.Next(Insert, Fault.JobFails(reason, message), times: int.MaxValue, after: statement);
        for (var pass = 0; pass < 9; pass++)
        {
            await world.WorkAsync();
            var shown = await world.World.GetAsync(id);
            shown.State.Should().NotStartWith("completed");
            shown.Items.Should().OnlyContain(item => item.Verdict.StartsWith(verdict, StringComparison.Ordinal));
            shown.Items.Should().NotContain(item => item.Code == null);
            shown.Erased!.VaultRowsDestroyed.Should().BeNull("the vault still knows whose rows are left");
            world.Wait(shown);
            if (pass == 0)
            {
                world.Faults.Clear();
                world.Faults.Next(Insert, Fault.JobFails(reason, message), times: int.MaxValue);
            }
        }
    }

    [Fact]
    public async Task Work_RowsInTheStreamingBuffer_AreBlockedUntilTheyLeaveIt()
    {
        await using var world = await FaultWorld.CreateAsync(standIn, people: 1);
        var id = await world.ApproveNextAsync();
        var arrived = world.World.Time.GetUtcNow();
        world.Stream(person: 0);
        var leaves = arrived + standIn.Server.Options.StreamingBuffer;
        await world.WorkAsync();

        var blocked = await world.World.GetAsync(id);
        blocked.State.Should().Be("executing");
        blocked.Items.Select(item => item.Verdict).Should().Equal("blocked_until", "pending");
        blocked.Items[0].Code.Should().Be("streaming_buffer");
        blocked.Items[1].Counts!.Erased.Should().Be(1, "the other table does not wait");
        blocked.Pause!.State.Should().Be("blocked_until");
        blocked.Pause.Causes.Should().Equal("streaming_buffer");
        blocked.Pause.Until.Should().BeOnOrAfter(leaves).And.BeOnOrBefore(arrived + TimeSpan.FromMinutes(90));

        // However often somebody looks before: it is left alone.
        var statements = world.Statements(id).Count();
        for (var look = 0; look < 3; look++)
        {
            world.World.Time.Advance(TimeSpan.FromMinutes(5));
            await world.WorkAsync();
        }

        world.Statements(id).Should().HaveCount(statements);
        (await world.World.GetAsync(id)).Pause.Should().BeEquivalentTo(blocked.Pause);
        world.Wait(blocked);
        await world.WorkToTheEndAsync(id);
        await world.EndedAsUndisturbedAsync(id, "the rows have left the buffer");
        world.Statements(id).Count(job => job.Error is not null).Should().Be(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Work_StatementToldOfTheStreamingBuffer_IsBlockedAndTheOtherTableIsNot(int item)
    {
        var inserts = (await standIn.UndisturbedAsync()).Statements;
        await using var world = await FaultWorld.CreateAsync(standIn, people: 1);
        var id = await world.ApproveNextAsync();
        world.Faults.Next(Insert, Fault.StreamingBuffer, times: 1, after: inserts[item]);
        await world.WorkAsync();
        world.Faults.Clear();

        var blocked = await world.World.GetAsync(id);
        blocked.Items[item].Verdict.Should().Be("blocked_until");
        blocked.Items[1 - item].Verdict.Should().Be("pending");
        blocked.Pause!.State.Should().Be("blocked_until");
        blocked.Pause.Until.Should().Be(world.World.Time.GetUtcNow() + TimeSpan.FromMinutes(30));
        world.Wait(blocked);
        await world.WorkToTheEndAsync(id);
        await world.EndedAsUndisturbedAsync(id, "blocked once");
    }
}
