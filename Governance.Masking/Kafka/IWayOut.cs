using Confluent.Kafka;
using Governance.Masking.Contracts;
using EventConsumer = Confluent.Kafka.IConsumer<System.ReadOnlyMemory<byte>?, System.ReadOnlyMemory<byte>?>;

namespace Governance.Masking.Kafka;

/// <summary>A way out of the interceptor: a consumer group of its own, which knows where it stands.</summary>
internal interface IWayOut
{
    /// <summary>One of <see cref="WaysOut"/>.</summary>
    string Name { get; }

    /// <summary>The consumer group.</summary>
    string GroupId { get; }

    /// <summary>Whether records of a dataset go this way.</summary>
    bool Takes(Dataset dataset);

    /// <summary>Whether events of a dataset are counted by this way; where two take it, one counts.</summary>
    bool Counts(Dataset dataset);

    /// <summary>Begins to consume. Nothing is open before, and the session is closed before another begins.</summary>
    Task<IWaySession> OpenAsync(CancellationToken cancellationToken);
}

/// <summary>A way out while its consumer lives.</summary>
internal interface IWaySession : IDisposable
{
    /// <summary>The next offset to consume, for those partitions where something is known.</summary>
    IReadOnlyDictionary<(string Topic, int Partition), long> Positions(
        EventConsumer consumer,
        IReadOnlyList<TopicPartition> assigned,
        CancellationToken cancellationToken
    );

    /// <summary>Passes a batch on, all or nothing.</summary>
    /// <param name="consumer">The consumer that it came from.</param>
    /// <param name="batch">The events.</param>
    /// <param name="isolate">Whether a row was refused for what it holds, so that it is looked for.</param>
    /// <param name="cancellationToken">Stops before anything is durable.</param>
    /// <returns>The next offset to consume, for each partition that was done with; of others nothing was.</returns>
    Task<IReadOnlyDictionary<(string Topic, int Partition), long>> PassOnAsync(
        EventConsumer consumer,
        IReadOnlyList<SourceEvent> batch,
        bool isolate,
        CancellationToken cancellationToken
    );

    /// <summary>Whether the same batch cannot be tried again after a fault: consumption begins anew, where the positions are.</summary>
    bool EndsAfter(Exception fault);
}
