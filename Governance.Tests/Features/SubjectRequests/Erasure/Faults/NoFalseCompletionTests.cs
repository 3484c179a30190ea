using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Policies.Warehouse.DuckDb;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Tests.Features.SubjectRequests.Erasure.Faults;

/// <summary>Whatever somebody does to a table meanwhile: no request is complete while a row of the person is left.</summary>
public sealed class NoFalseCompletionTests : IAsyncLifetime
{
    private ErasureWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(_world);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    public static TheoryData<string> Moments() => [ErasureSteps.ClosureFound, ErasureSteps.Suppressed, "approved"];

    [Theory]
    [MemberData(nameof(Moments))]
    public Task Table_RenamedMeanwhile_IsNoCompletion(string moment) =>
        NotCompleteAsync(moment, "table_missing", SqlText.Of($"ALTER TABLE meter_readings RENAME TO old_readings"));

    [Theory]
    [MemberData(nameof(Moments))]
    public Task Table_WithoutItsKeyColumnMeanwhile_IsNoCompletion(string moment) =>
        NotCompleteAsync(moment, "key_column_missing", SqlText.Of($"ALTER TABLE meter_readings RENAME mpan TO m"));

    [Fact]
    public async Task Table_WithoutItsKeyColumnBeforeThePlan_IsUnreached()
    {
        await RunAsync(SqlText.Of($"ALTER TABLE meter_readings RENAME mpan TO m"));
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        await _world.VerifyAsync(request.Id);

        (await _world.GetAsync(request.Id)).Plan!.Unreached.Should().Equal("meter_readings");
        (await _world.ApproveAsync(request.Id)).Failure!.Code.Should().Be("tables_not_reached");
    }

    [Fact]
    public async Task Table_EmptiedMeanwhile_IsComplete()
    {
        var request = await ApprovedAsync();
        await RunAsync(SqlText.Of($"DELETE FROM meter_readings"));

        await _world.WorkAsync();

        var ended = await _world.GetAsync(request);
        ended.State.Should().Be("completed_with_retention");
        ended.Items.Single(item => item.Dataset == "meter_readings").Verdict.Should().Be("nothing_found");
    }

    [Fact]
    public async Task Table_FilledAgainAtEveryCount_FailsAfterItsRounds()
    {
        var request = await ApprovedAsync();
        _world.Points.OnReached = point =>
        {
            if (point == ErasureSteps.GateLeft)
            {
                Task.Run(() => _world.LandAsync(EnergyTables.Readings, ("mpan", "2000000000001"), ("watt_hours", "1")))
                    .GetAwaiter()
                    .GetResult();
            }
        };

        await _world.WorkAsync();

        var ended = await _world.GetAsync(request);
        ended.State.Should().Be("partially_failed");
        var readings = ended.Items.Single(item => item.Dataset == "meter_readings");
        (readings.Verdict, readings.Code).Should().Be(("failed_terminal", "rows_found_afterwards"));
        (await _world.Warehouse.ReadKeysAsync(RequestKeySets.Owned(ended.Batch!.Value), default))
            .Should()
            .NotBeEmpty("nothing else could find the row any more");
    }

    [Fact]
    public async Task Table_LockedByAnother_IsNoCompletionUntilItIsFree()
    {
        var request = await ApprovedAsync();
        using (var other = _world.Get<DuckDbDatabase>().Connect())
        {
            // Whoever has changed the same rows and not committed yet keeps every other statement out.
            other.Execute(SqlText.Of($"BEGIN"));
            other.Execute(SqlText.Of($"DELETE FROM meter_readings"));

            await _world.WorkAsync();

            var waiting = await _world.GetAsync(request);
            waiting.State.Should().NotStartWith("completed");
            waiting.Items.Single(item => item.Dataset == "meter_readings").Verdict.Should().Be("blocked_until");
            other.Execute(SqlText.Of($"ROLLBACK"));
        }

        _world.Time.Advance(TimeSpan.FromHours(1));
        await _world.WorkAsync();

        var ended = await _world.GetAsync(request);
        ended.State.Should().Be("completed_with_retention");
        ended.Items.Single(item => item.Dataset == "meter_readings").Verdict.Should().Be("erased_verified");
    }

    private async Task NotCompleteAsync(string moment, string code, SqlText change)
    {
        var request = await ApprovedAsync();
        if (moment == "approved")
        {
            await RunAsync(change);
        }

        var done = false;
        _world.Points.OnReached = point =>
        {
            if (point == moment && !done)
            {
                done = true;
                Task.Run(() => RunAsync(change)).GetAwaiter().GetResult();
            }
        };

        await _world.WorkAsync();

        var shown = await _world.GetAsync(request);
        shown.State.Should().NotStartWith("completed");
        if (moment == "approved")
        {
            // Seen before anything was done: it waits for somebody to say what the table is.
            shown.State.Should().Be("awaiting_approval");
            shown.Plan!.Unreached.Should().ContainSingle();
        }
        else
        {
            Readings(shown).Should().Be(("failed_terminal", code));
        }
    }

    private static (string, string?) Readings(SubjectRequestView request)
    {
        request.State.Should().Be("partially_failed");
        var item = request.Items.Single(one => one.Dataset == "meter_readings");
        return (item.Verdict, item.Code);
    }

    private async Task<Guid> ApprovedAsync()
    {
        var request = await _world.SubmitAsync(("customer_id", "C-ANN"));
        (await _world.VerifyAsync(request.Id)).Failure.Should().BeNull();
        (await _world.ApproveAsync(request.Id)).Failure.Should().BeNull();
        return request.Id;
    }

    private Task RunAsync(SqlText statement) =>
        _world.Get<DuckDbDatabase>().RunAsync(session => session.Execute(statement), default);
}
