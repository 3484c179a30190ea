using Confluent.Kafka;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Microsoft.Extensions.Logging;

namespace Governance.Masking.Kafka;

/// <summary>
/// Delivers a batch of events to masked topics: masks it, quarantines what cannot be masked, drops what is suppressed, and produces the rest in one
/// Kafka transaction with the offsets. Either all of it is visible, or the batch will come again.
/// </summary>
public sealed partial class TopicDelivery(
    MessageMasker masker,
    MaskedProducers producers,
    IContractCatalogSource contracts,
    IMaskedSink sink,
    IQuarantine quarantine,
    TenantKeys keys,
    IStreamStates states,
    StreamStatistics statistics,
    IFaultPoints faults,
    ILogger<TopicDelivery> logger
) : IDisposable
{
    private readonly SemaphoreSlim _replay = new(1, 1);

    /// <summary>Delivers events that come out of quarantine.</summary>
    /// <remarks>
    /// A crash between the delivery and the removal from the quarantine delivers once more: there is no transaction over both. The order of
    /// a key is not kept either: what is replayed comes later than what was never held up.
    /// </remarks>
    /// <returns>What became of them. Nothing was delivered of a topic that is held.</returns>
    public async Task<MaskedMessages> ReplayAsync(
        IReadOnlyList<SourceEvent> events,
        CancellationToken cancellationToken
    )
    {
        await _replay.WaitAsync(cancellationToken);
        try
        {
            using var masked = await MaskAsync(events, cancellationToken);
            if (masked.Masked.Count > 0)
            {
                await Task.Run(
                    () =>
                    {
                        using var producer = producers.OpenForReplay();
                        producer.Deliver(masked.Masked, [], group: null);
                    },
                    cancellationToken
                );
            }

            statistics.Redelivered(masked);
            masked.Suppressed.TellNewer(logger, WaysOut.Topic);
            return masked;
        }
        finally
        {
            _replay.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _replay.Dispose();

    /// <summary>Checks that events can be masked at present.</summary>
    /// <exception cref="KeysUnavailableException">They cannot: the keys may not be used.</exception>
    internal void CheckKeys() => keys.CheckUsable();

    /// <summary>Delivers a batch that came from the broker.</summary>
    /// <param name="source">Names the log that offsets count in.</param>
    /// <param name="events">The batch, in the order of each partition.</param>
    /// <param name="producer">Produces, in one transaction.</param>
    /// <param name="group">The consumer's standing in its group.</param>
    /// <param name="cancellationToken">Stops before the transaction begins.</param>
    /// <returns>The next offset to consume, of each partition that was done with.</returns>
    internal async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> DeliverAsync(
        string source,
        IReadOnlyList<SourceEvent> events,
        MaskedProducer producer,
        IConsumerGroupMetadata group,
        CancellationToken cancellationToken
    )
    {
        using var trace = statistics.Begin(events.Count);
        using var masked = await MaskAsync(events, cancellationToken);
        trace.Masked();
        faults.Reached("topic.masked");
        foreach (var (topic, halt) in masked.Held)
        {
            LogHalted(topic, halt.Code, halt.Reason);
            await states.HaltAsync(topic, halt.Code, halt.Reason, cancellationToken);
        }

        await quarantine.AddAsync(keys, logger, source, WaysOut.Topic, masked.Refused, cancellationToken);
        faults.Reached("topic.quarantined");
        var positions = BatchPositions.After(events, masked.Held.ContainsKey);

        if (positions.Count > 0)
        {
            await Task.Run(() => producer.Deliver(masked.Masked, positions.AsOffsets(), group), cancellationToken);
            faults.Reached("topic.delivered");
        }

        trace.Landed();
        masked.Suppressed.TellNewer(logger, WaysOut.Topic);
        statistics.Delivered(masked, topic => contracts.Current.FindTopic(topic)?.Delivery.ToWarehouse is not true);
        return positions;
    }

    private async Task<MaskedMessages> MaskAsync(IReadOnlyList<SourceEvent> events, CancellationToken cancellationToken)
    {
        // The lease spans the suppression check and the vault: no erasure ends between the two, so no row of the vault is made anew for
        // somebody who was just erased. What is delivered afterwards has surrogates that mean nothing any more.
        await using var lease = await sink.EnterLandingAsync(cancellationToken);
        return await masker.MaskAsync(events, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Topic} is halted until somebody resumes it: {Code} {Reason}")]
    private partial void LogHalted(string topic, string code, string reason);
}
