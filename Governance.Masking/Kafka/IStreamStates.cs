namespace Governance.Masking.Kafka;

/// <summary>
/// Which topics are consumed at present. A pause is somebody's wish; a halt is the interceptor's own, where going on would lose or spoil
/// rows until somebody mends the cause. Both are kept, hold for all members of the group, and end by resuming. Safe for concurrent callers.
/// </summary>
public interface IStreamStates
{
    /// <summary>Whether a topic is consumed. Asked for every record, so it answers from memory.</summary>
    bool Runs(string topic);

    /// <summary>Takes in what other processes changed; called about once a second.</summary>
    ValueTask RefreshAsync(CancellationToken cancellationToken);

    /// <summary>Halts a topic. One that is halted or paused already stays as it is.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="code">One of <see cref="StreamHalts"/>.</param>
    /// <param name="reason">What to look at, for an operator: names and types, never a value.</param>
    /// <param name="cancellationToken">Stops before it is kept.</param>
    Task HaltAsync(string topic, string code, string reason, CancellationToken cancellationToken);
}

/// <summary>Why the interceptor halts a topic: stable codes, safe to show.</summary>
public static class StreamHalts
{
    /// <summary>The warehouse table cannot hold both its rows and records of the new schema.</summary>
    public const string TableRefused = "table_refused";

    /// <summary>The registry refuses the masked schema under the masked topic's subject: it is not compatible with those before.</summary>
    public const string MaskedSchemaRefused = "masked_schema_refused";
}

/// <summary>All topics run, and none is ever halted by anybody else; for programs that keep no state.</summary>
public sealed class MemoryStreamStates : IStreamStates
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _halted = new(
        StringComparer.Ordinal
    );

    /// <inheritdoc />
    public bool Runs(string topic) => !_halted.ContainsKey(topic);

    /// <inheritdoc />
    public ValueTask RefreshAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public Task HaltAsync(string topic, string code, string reason, CancellationToken cancellationToken)
    {
        _ = _halted.TryAdd(topic, code);
        return Task.CompletedTask;
    }
}
