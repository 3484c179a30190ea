using Governance.Bench.Masking;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Microsoft.Extensions.Logging.Abstractions;

namespace Governance.Bench.Stream;

/// <summary>From topics into masked topics, and from topics into topics as they are.</summary>
internal sealed class TopicRuns(
    BenchBroker broker,
    StreamParts parts,
    TenantKeys keys,
    Identifiers identifiers,
    long records
)
{
    // As in the service, where plans are compiled once: their batches keep the room that they grew to.
    private readonly PlanCache _plans = new(parts, parts, keys, TimeProvider.System);
    private int _runs;

    public Task<Measured> MaskedAsync()
    {
        var (options, statistics, producers) = Begin();
        var delivery = new TopicDelivery(
            new MessageMasker(_plans, identifiers, parts, new MaskedSubjects(parts), options),
            producers,
            parts,
            parts,
            parts,
            keys,
            new MemoryStreamStates(),
            statistics,
            NoFaultPoints.Instance,
            NullLogger<TopicDelivery>.Instance
        );
        return RunAsync(new TopicWay(broker, delivery, producers), statistics, options);
    }

    public Task<Measured> PlainAsync()
    {
        var (options, statistics, producers) = Begin();
        return RunAsync(new PlainWay(parts, producers, statistics), statistics, options);
    }

    private (InterceptorOptions, StreamStatistics, MaskedProducers) Begin()
    {
        var options = new InterceptorOptions { GroupId = $"run-{++_runs}", BatchSize = 5_000 };
        return (
            options,
            new StreamStatistics(TimeProvider.System),
            new MaskedProducers(broker, options, TimeProvider.System, NullLogger<MaskedProducers>.Instance)
        );
    }

    private Task<Measured> RunAsync(IWayOut way, StreamStatistics statistics, InterceptorOptions options)
    {
        var consumer = new StreamConsumer(
            way,
            broker,
            parts,
            new MemoryStreamStates(),
            statistics,
            options,
            TimeProvider.System,
            NullLogger.Instance
        );
        return Measured.OfAsync(records, () => statistics.Read().Sum(state => state.Delivered), consumer.RunAsync);
    }
}
