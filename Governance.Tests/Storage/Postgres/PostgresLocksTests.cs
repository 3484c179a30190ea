using Governance.Api.Storage;
using Governance.Api.Storage.Postgres;
using Governance.Policies.Warehouse;
using Governance.Tests.Support;

namespace Governance.Tests.Storage.Postgres;

/// <summary>Locks of several processes, each of which is a set of connections of its own.</summary>
public sealed class PostgresLocksTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private PostgresDatabase _database = null!;
    private StateFixture _here = null!;
    private StateFixture _there = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.CreateAsync();
        _here = StateFixture.Over(_database);
        _there = StateFixture.Over(_database);
        await _here.PrepareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task TryTakeAsync_HeldByAnotherProcess_GivesNone()
    {
        var (here, there) = (_here.Get<ISharedLocks>(), _there.Get<ISharedLocks>());
        var held = await here.TryTakeAsync("one", Cancelled);
        held.Should().NotBeNull();
        (await there.TryTakeAsync("one", Cancelled)).Should().BeNull();
        (await here.TryTakeAsync("one", Cancelled)).Should().BeNull("also in the process that holds it");
        await using var other = await there.TryTakeAsync("two", Cancelled);
        other.Should().NotBeNull();

        await held!.DisposeAsync();

        await using var next = await there.TryTakeAsync("one", Cancelled);
        next.Should().NotBeNull();
    }

    [Fact]
    public async Task Lost_ConnectionEndedByTheServer_IsToldWithinSeconds()
    {
        await using var held = await _here.Get<ISharedLocks>().TryTakeAsync("one", Cancelled);
        var lost = new TaskCompletionSource();
        await using var told = held!.Lost.Register(lost.SetResult);

        await TerminateAsync();

        await lost.Task.WaitAsync(Patience, Cancelled);
        await using var other = await _there.Get<ISharedLocks>().TryTakeAsync("one", Cancelled);
        other.Should().NotBeNull("the server has released it");
    }

    [Fact]
    public async Task Gate_SeveralLand_GoSideBySideAndAnErasureWaitsForThem()
    {
        var (here, there) = (Gate(_here), Gate(_there));
        var first = await Other(() => here.EnterForLandingAsync(Cancelled).AsTask());
        var second = await Other(() => there.EnterForLandingAsync(Cancelled).AsTask()).WaitAsync(Patience, Cancelled);

        var erasing = Other(() => there.EnterAsync(Cancelled).AsTask());
        await Wait.UntilAsync(async () => await WaitersAsync() == 1, "the erasure waits");
        var late = Other(() => here.EnterForLandingAsync(Cancelled).AsTask());
        await Wait.UntilAsync(async () => await WaitersAsync() == 2, "a landing behind the erasure waits, too");

        await first.DisposeAsync();
        erasing.IsCompleted.Should().BeFalse();
        await second.DisposeAsync();
        await (await erasing.WaitAsync(Patience, Cancelled)).DisposeAsync();
        await (await late.WaitAsync(Patience, Cancelled)).DisposeAsync();
    }

    [Fact]
    public async Task Gate_WaitingIsGivenUp_LeavesItFree()
    {
        var (here, there) = (Gate(_here), Gate(_there));
        var held = await Other(() => here.EnterAsync(Cancelled).AsTask());
        using var giveUp = new CancellationTokenSource();
        var waiting = Other(() => there.EnterAsync(giveUp.Token).AsTask());
        await Wait.UntilAsync(async () => await WaitersAsync() == 1, "it waits");

        await giveUp.CancelAsync();

        var wait = async () => await waiting;
        await wait.Should().ThrowAsync<OperationCanceledException>();
        await held.DisposeAsync();
        await using var free = await Other(() => here.EnterAsync(Cancelled).AsTask()).WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task Gate_ConnectionLostWhileHeld_NextWriteFails()
    {
        var here = Gate(_here);
        await using var held = await here.EnterAsync(Cancelled);
        await (await here.EnterForOneAsync(Cancelled)).DisposeAsync();

        await TerminateAsync();

        var write = async () => await here.EnterForOneAsync(Cancelled);
        (await write.Should().ThrowAsync<WarehouseException>()).Which.Refusal.Code.Should().Be("write_gate_lost");
        await using var other = await Other(() => Gate(_there).EnterAsync(Cancelled).AsTask())
            .WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task Gate_ServerAway_IsRefusedAsPassing()
    {
        await using var server = await PostgresInstance.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        await using var state = StateFixture.Over(database);
        await server.StopAsync();

        var enter = async () => await Gate(state).EnterAsync(Cancelled);

        (await enter.Should().ThrowAsync<WarehouseException>()).Which.Refusal.IsTransient.Should().BeTrue();
        await server.ResumeAsync();
        await using var entered = await Gate(state).EnterAsync(Cancelled);
    }

    private static IWriteGate Gate(StateFixture state) => state.Get<IWriteGate>();

    private async Task<long> WaitersAsync() =>
        (long)
            (
                await _database.ScalarAsync(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                )
            )!;

    /// <summary>Ends every session that holds a lock, as an administrator or a failover does.</summary>
    private async Task TerminateAsync() =>
        _ = await _database.ScalarAsync(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%-locks'"
        );

    /// <summary>In a flow of control of its own.</summary>
    private static Task<T> Other<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work, Cancelled);
        }
    }
}
