namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// Lets one writer in at a time. In DuckDB an update against a concurrent delete is lost without a word, and an append between an
/// erasure's closure and its delete would stay. Whoever holds the gate may write in the same flow of control (it is remembered there),
/// one statement at a time.
/// </summary>
internal sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly AsyncLocal<Hold?> _held = new();

    /// <summary>Enters for many writes. Entering again while holding is allowed and changes nothing.</summary>
    /// <remarks>Not an async method, since one could not leave its mark in the caller's flow.</remarks>
    public ValueTask<IAsyncDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        if (_held.Value is { IsActive: true })
        {
            return new(Nested.Instance);
        }

        var hold = new Hold(_gate);
        _held.Value = hold;
        return hold.AcquireAsync(cancellationToken);
    }

    /// <summary>Enters for one write: inside the hold that the caller has, or else alone.</summary>
    public async ValueTask<IAsyncDisposable> EnterForOneAsync(CancellationToken cancellationToken)
    {
        if (_held.Value is { } held && await held.TakeTurnAsync(cancellationToken) is { } turn)
        {
            return turn;
        }

        return await new Hold(_gate).AcquireAsync(cancellationToken);
    }

    public void Dispose() => _gate.Dispose();

    private sealed class Hold(SemaphoreSlim gate) : IAsyncDisposable
    {
        // Work that the holder started side by side takes turns, and the hold does not end in the midst of a turn.
        private readonly SemaphoreSlim _turns = new(1, 1);
        private volatile bool _active;

        public bool IsActive => _active;

        public async ValueTask<IAsyncDisposable> AcquireAsync(CancellationToken cancellationToken)
        {
            await gate.WaitAsync(cancellationToken);
            _active = true;
            return this;
        }

        public async ValueTask<IAsyncDisposable?> TakeTurnAsync(CancellationToken cancellationToken)
        {
            if (!_active)
            {
                return null;
            }

            await _turns.WaitAsync(cancellationToken);
            if (_active)
            {
                return new Turn(_turns);
            }

            _turns.Release();
            return null;
        }

        public async ValueTask DisposeAsync()
        {
            await _turns.WaitAsync(CancellationToken.None);
            if (_active)
            {
                _active = false;
                gate.Release();
            }

            _turns.Release();
        }
    }

    private sealed class Turn(SemaphoreSlim turns) : IAsyncDisposable
    {
        private int _ended;

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                turns.Release();
            }

            return ValueTask.CompletedTask;
        }
    }

    private sealed class Nested : IAsyncDisposable
    {
        public static Nested Instance { get; } = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
