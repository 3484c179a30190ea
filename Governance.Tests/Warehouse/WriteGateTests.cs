using Governance.Policies.Warehouse;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse;

public sealed class WriteGateTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly WriteGate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task EnterAsync_WhileAnotherHolds_Waits()
    {
        var lease = await Other(() => _gate.EnterAsync(Cancelled).AsTask());
        var second = Other(() => _gate.EnterAsync(Cancelled).AsTask());
        var one = Other(() => _gate.EnterForOneAsync(Cancelled).AsTask());

        await Task.Delay(50, Cancelled);
        (second.IsCompleted, one.IsCompleted).Should().Be((false, false));

        await lease.DisposeAsync();
        foreach (var entering in new[] { second, one })
        {
            _ = entering
                .ContinueWith(entered => entered.Result.DisposeAsync().AsTask(), TaskScheduler.Default)
                .Unwrap();
        }

        await Task.WhenAll(second, one).WaitAsync(s_patience, Cancelled);
    }

    [Fact]
    public async Task EnterForOneAsync_InsideTheHold_DoesNotWait()
    {
        await using var lease = await _gate.EnterAsync(Cancelled);

        await Write().WaitAsync(s_patience, Cancelled);
        await using (await _gate.EnterAsync(Cancelled))
        {
            await Write().WaitAsync(s_patience, Cancelled);
        }

        Other(() => _gate.EnterAsync(Cancelled).AsTask()).IsCompleted.Should().BeFalse("the inner lease ends nothing");
        await Write().WaitAsync(s_patience, Cancelled);
    }

    [Fact]
    public async Task EnterForOneAsync_SideBySideInTheHold_TakesTurns()
    {
        var inside = 0;
        var most = 0;
        await using var lease = await _gate.EnterAsync(Cancelled);

        await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ =>
                    Task.Run(
                        async () =>
                        {
                            await using var turn = await _gate.EnterForOneAsync(Cancelled);
                            most = Math.Max(most, Interlocked.Increment(ref inside));
                            await Task.Delay(2, Cancelled);
                            Interlocked.Decrement(ref inside);
                        },
                        Cancelled
                    )
                )
        );

        most.Should().Be(1);
    }

    [Fact]
    public async Task EnterForOneAsync_AfterTheHoldEnded_EntersAnew()
    {
        var lease = await _gate.EnterAsync(Cancelled);
        await lease.DisposeAsync();
        await lease.DisposeAsync();

        var other = await Other(() => _gate.EnterAsync(Cancelled).AsTask());
        var late = Write();
        await Task.Delay(50, Cancelled);
        late.IsCompleted.Should().BeFalse("an ended hold gives no right");

        await other.DisposeAsync();
        await late.WaitAsync(s_patience, Cancelled);
    }

    [Fact]
    public async Task EnterAsync_GivenUp_LeavesNoMark()
    {
        var other = await Other(() => _gate.EnterAsync(Cancelled).AsTask());
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        var enter = async () => await _gate.EnterAsync(source.Token);
        await enter.Should().ThrowAsync<OperationCanceledException>();

        var write = Write();
        await Task.Delay(50, Cancelled);
        write.IsCompleted.Should().BeFalse();
        await other.DisposeAsync();
        await write.WaitAsync(s_patience, Cancelled);
    }

    [Fact]
    public async Task EnterAsync_InsideForLanding_IsRefusedRatherThanWaitingForItself()
    {
        await using var lease = await _gate.EnterForLandingAsync(Cancelled);
        await using var again = await _gate.EnterForLandingAsync(Cancelled);

        var alone = async () => await _gate.EnterAsync(Cancelled);

        await alone.Should().ThrowAsync<InvalidOperationException>().WithMessage("*wait for itself*");
    }

    [Fact]
    public async Task EnterForOneAsync_LockLostWhileHeld_Fails()
    {
        var shared = new LosableLock();
        using var gate = new WriteGate(shared);
        await using var lease = await gate.EnterForLandingAsync(Cancelled);
        await (await gate.EnterForOneAsync(Cancelled)).DisposeAsync();
        shared.IsLost = true;

        // Twice: the first failure must not keep the turn.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var write = async () => await gate.EnterForOneAsync(Cancelled);
            await write.Should().ThrowAsync<WarehouseException>().WaitAsync(s_patience, Cancelled);
        }

        shared.Asked.Should().Equal(true);
    }

    private async Task Write()
    {
        await using var turn = await _gate.EnterForOneAsync(Cancelled);
    }

    /// <summary>In a flow of control of its own.</summary>
    private static Task<T> Other<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work, Cancelled);
        }
    }

    /// <summary>Notes how it was asked for, and can be lost.</summary>
    private sealed class LosableLock : IWriteLock, IWriteLockHold
    {
        public bool IsLost { get; set; }

        public List<bool> Asked { get; } = [];

        public ValueTask<IWriteLockHold> AcquireAsync(bool isShared, CancellationToken cancellationToken)
        {
            Asked.Add(isShared);
            return new(this);
        }

        public ValueTask ConfirmAsync(CancellationToken cancellationToken) =>
            IsLost
                ? throw new WarehouseException(new Refusal(RefusalKind.Away, "write_gate_lost", "It is lost."))
                : ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
