namespace Governance.Masking.Vault;

/// <summary>
/// Learns from the vault what any process destroyed, and takes it out of this one's memory: asks every second while something is kept.
/// Where the vault has not answered for some seconds, nothing in memory may be used.
/// </summary>
internal sealed class DestructionFeed : IAsyncDisposable
{
    private readonly IVault _vault;
    private readonly IdentifierCache _cache;
    private readonly IdentifiersOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _timer;
    private long? _position;
    private long _confirmed;
    private long _swept;
    private bool _isConfirmed;
    private bool _isTicking;

    public DestructionFeed(IVault vault, IdentifierCache cache, IdentifiersOptions options, TimeProvider time)
    {
        _vault = vault;
        _cache = cache;
        _options = options;
        _time = time;
        _swept = time.GetTimestamp();

        // Weakly, so that identifiers whose owner forgot to dispose them end all the same.
        _timer = time.CreateTimer(
            static state =>
            {
                if (((WeakReference<DestructionFeed>)state!).TryGetTarget(out var feed))
                {
                    _ = feed.TickAsync();
                }
            },
            new WeakReference<DestructionFeed>(this),
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Whether what is in memory may be used: all destructions until some seconds ago are out of it.</summary>
    public bool IsCurrent =>
        Volatile.Read(ref _isConfirmed)
        && _time.GetElapsedTime(Volatile.Read(ref _confirmed)) < _options.DestructionTolerance;

    /// <summary>Asks the vault where that is due.</summary>
    /// <returns>Whether what is in memory may be used.</returns>
    public async ValueTask<bool> EnsureCurrentAsync(CancellationToken cancellationToken)
    {
        if (IsCurrent)
        {
            return true;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!IsCurrent)
            {
                await AskAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The rows themselves are asked of the same vault next: where it is away, that says so.
            return false;
        }
        finally
        {
            _ = _turn.Release();
        }

        return IsCurrent;
    }

    /// <summary>Something is in memory now: goes on asking until nothing is.</summary>
    public void Keep()
    {
        if (!Interlocked.Exchange(ref _isTicking, true))
        {
            _ = _timer.Change(_options.DestructionInterval, Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _timer.DisposeAsync();

        // Whoever asks the vault just now is waited for: it is disposed next.
        await _turn.WaitAsync();
        _ = _turn.Release();
        _cache.Clear();
    }

    private async Task TickAsync()
    {
        try
        {
            await _turn.WaitAsync(_stopping.Token);
            try
            {
                await AskAsync(_stopping.Token);
            }
            finally
            {
                _ = _turn.Release();
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Asked again soon; until then the tolerance counts, which closes the memory.
        }

        if (_time.GetElapsedTime(_swept) >= _options.CacheLife)
        {
            _swept = _time.GetTimestamp();
            _cache.Sweep();
        }

        if (_cache.IsEmpty)
        {
            Volatile.Write(ref _isTicking, false);
            if (!_cache.IsEmpty)
            {
                Keep();
            }
        }
        else if (!_stopping.IsCancellationRequested)
        {
            _ = _timer.Change(_options.DestructionInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private async ValueTask AskAsync(CancellationToken cancellationToken)
    {
        // The answer is as old as the question.
        var asked = _time.GetTimestamp();
        var answer = await _vault.DestroyedSinceAsync(_position, cancellationToken);
        if (!answer.IsComplete)
        {
            _cache.Clear();
        }
        else if (answer.IndexPrefixes.Count > 0)
        {
            _cache.Remove(answer.IndexPrefixes);
        }

        _position = answer.Position;
        Volatile.Write(ref _confirmed, asked);
        Volatile.Write(ref _isConfirmed, true);
    }
}
