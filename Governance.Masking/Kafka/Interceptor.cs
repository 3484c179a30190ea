using Confluent.Kafka;
using Governance.Masking.Contracts;
using Microsoft.Extensions.Logging;

namespace Governance.Masking.Kafka;

/// <summary>
/// Consumes the topics of all contracts and passes them on, masked: to warehouse tables, to masked topics, or both. Each way out has a
/// consumer group of its own, so that a dataset that goes both ways is consumed twice: then each way has one place that says how far it
/// is (positions in the rows' transaction, offsets in Kafka's), and neither can lose or double what the other did.
/// </summary>
public sealed partial class Interceptor
{
    private readonly StreamConsumer _warehouse;
    private readonly StreamConsumer _topics;
    private readonly ILogger<Interceptor> _logger;

    /// <summary>Makes it; nothing is consumed before <see cref="RunAsync"/>.</summary>
    /// <param name="source">The broker.</param>
    /// <param name="contracts">Say which topics there are, and where they go.</param>
    /// <param name="sink">The warehouse.</param>
    /// <param name="lander">Lands in it.</param>
    /// <param name="delivery">Delivers to masked topics.</param>
    /// <param name="producers">Opens the producers for it.</param>
    /// <param name="states">Which topics run.</param>
    /// <param name="statistics">Counts.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public Interceptor(
        IKafkaEndpoint source,
        IContractCatalogSource contracts,
        IMaskedSink sink,
        EventLander lander,
        TopicDelivery delivery,
        MaskedProducers producers,
        IStreamStates states,
        StreamStatistics statistics,
        InterceptorOptions options,
        TimeProvider time,
        ILogger<Interceptor> logger
    )
    {
        _logger = logger;
        _warehouse = Consumer(
            new WarehouseWay(source, sink, lander, options, code => LogBroker(WaysOut.Warehouse, code))
        );
        _topics = Consumer(new TopicWay(source, delivery, producers));

        StreamConsumer Consumer(IWayOut way) => new(way, source, contracts, states, statistics, options, time, logger);
    }

    /// <summary>Why nothing is passed on at the moment, without any value; <see langword="null"/> while all is well.</summary>
    public string? Trouble =>
        _warehouse.Trouble ?? (_topics.Trouble is { } trouble ? $"masked topics: {trouble}" : null);

    /// <summary>Runs until it is stopped. A fault never ends it: the batch is tried again, with growing pauses.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_warehouse.RunAsync(cancellationToken), _topics.RunAsync(cancellationToken));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka, {Way}: {Code}")]
    private partial void LogBroker(string way, ErrorCode code);
}
