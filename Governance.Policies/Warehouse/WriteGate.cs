namespace Governance.Policies.Warehouse;

/// <summary>
/// The gate over a lock. Whoever holds it may write in the same flow of control (it is remembered there), one statement at a time.
/// </summary>
public sealed class WriteGate : IWriteGate, IDisposable
{
    private readonly IWriteLock _lock;
    private readonly AsyncLocal<Hold?> _held = new();

    /// <summary>A gate in this process, which lets in one at a time, whoever it is.</summary>
    /// <remarks>In DuckDB an update against a concurrent delete is lost without a word.</remarks>
    public WriteGate()
        : this(new ProcessLock()) { }

    /// <summary>A gate over a lock.</summary>
    /// <param name="writeLock">The lock; disposed with the gate, where that can be.</param>
    public WriteGate(IWriteLock writeLock) => _lock = writeLock;

    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable> EnterAsync(CancellationToken cancellationToken) =>
        Enter(isShared: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable> EnterForLandingAsync(CancellationToken cancellationToken) =>
        Enter(isShared: true, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> EnterForOneAsync(CancellationToken cancellationToken)
    {
        if (_held.Value is { } held && await held.TakeTurnAsync(cancellationToken) is { } turn)
        {
            return turn;
        }

        return await new Hold(_lock, isShared: false).AcquireAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => (_lock as IDisposable)?.Dispose();

    private ValueTask<IAsyncDisposable> Enter(bool isShared, CancellationToken cancellationToken)
    {
        if (_held.Value is { IsActive: true } held)
        {
            return isShared || !held.IsShared
                ? new(Nested.Instance)
                : throw new InvalidOperationException(
                    "Inside for landing, nobody can enter alone: it would wait for itself."
                );
        }

        var hold = new Hold(_lock, isShared);
        _held.Value = hold;
        return hold.AcquireAsync(cancellationToken);
    }

    private sealed class Hold(IWriteLock writeLock, bool isShared) : IAsyncDisposable
    {
        // Work that the holder started side by side takes turns, and the hold does not end in the midst of a turn.
        private readonly SemaphoreSlim _turns = new(1, 1);
        private volatile IWriteLockHold? _locked;

        public bool IsShared => isShared;

        public bool IsActive => _locked is not null;

        public async ValueTask<IAsyncDisposable> AcquireAsync(CancellationToken cancellationToken)
        {
            _locked = await writeLock.AcquireAsync(isShared, cancellationToken);
            return this;
        }

        public async ValueTask<IAsyncDisposable?> TakeTurnAsync(CancellationToken cancellationToken)
        {
            if (_locked is null)
            {
                return null;
            }

            await _turns.WaitAsync(cancellationToken);
            try
            {
                if (_locked is { } locked)
                {
                    await locked.ConfirmAsync(cancellationToken);
                    return new Turn(_turns);
                }
            }
            catch
            {
                _turns.Release();
                throw;
            }

            _turns.Release();
            return null;
        }

        public async ValueTask DisposeAsync()
        {
            await _turns.WaitAsync(CancellationToken.None);
            try
            {
                if (_locked is { } locked)
                {
                    _locked = null;
                    await locked.DisposeAsync();
                }
            }
            finally
            {
                _turns.Release();
            }
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

    /// <summary>One at a time in this process. It cannot be lost.</summary>
    private sealed class ProcessLock : IWriteLock, IDisposable
    {
        private readonly SemaphoreSlim _one = new(1, 1);

        public async ValueTask<IWriteLockHold> AcquireAsync(bool isShared, CancellationToken cancellationToken)
        {
            await _one.WaitAsync(cancellationToken);
            return new Locked(_one);
        }

        public void Dispose() => _one.Dispose();

        private sealed class Locked(SemaphoreSlim one) : IWriteLockHold
        {
            public ValueTask ConfirmAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

            public ValueTask DisposeAsync()
            {
                one.Release();
                return ValueTask.CompletedTask;
            }
        }
    }
}
