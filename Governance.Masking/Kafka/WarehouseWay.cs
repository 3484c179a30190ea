using Confluent.Kafka;
using Governance.Masking.Contracts;
using EventConsumer = Confluent.Kafka.IConsumer<System.ReadOnlyMemory<byte>?, System.ReadOnlyMemory<byte>?>;

namespace Governance.Masking.Kafka;

/// <summary>
/// The way into the warehouse. What was consumed is told by the positions that commit with the rows, never by the broker's committed
/// offsets: those are written for the eyes of Kafka's own tools.
/// </summary>
internal sealed class WarehouseWay(
    IKafkaEndpoint source,
    IMaskedSink sink,
    EventLander lander,
    InterceptorOptions options,
    Action<ErrorCode> brokerFault
) : IWayOut
{
    public string Name => WaysOut.Warehouse;

    public string GroupId => options.GroupId;

    public bool Takes(Dataset dataset) => dataset.Delivery.ToWarehouse;

    public bool Counts(Dataset dataset) => dataset.Delivery.ToWarehouse;

    public Task<IWaySession> OpenAsync(CancellationToken cancellationToken)
    {
        // While the keys may not be used nothing is consumed: another member of the group may be able to.
        lander.CheckKeys();
        return Task.FromResult<IWaySession>(new Session(this));
    }

    private void Commit(EventConsumer consumer, IReadOnlyDictionary<(string Topic, int Partition), long> landed)
    {
        try
        {
            consumer.Commit(landed.AsOffsets());
        }
        catch (KafkaException exception)
        {
            brokerFault(exception.Error.Code);
        }
    }

    private sealed class Session(WarehouseWay way) : IWaySession
    {
        // Another member may have landed events of a partition before it came here.
        public IReadOnlyDictionary<(string Topic, int Partition), long> Positions(
            EventConsumer consumer,
            IReadOnlyList<TopicPartition> assigned,
            CancellationToken cancellationToken
        ) => way.Sink.ReadPositionsAsync(way.Source.SourceId, cancellationToken).GetAwaiter().GetResult();

        public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> PassOnAsync(
            EventConsumer consumer,
            IReadOnlyList<SourceEvent> batch,
            bool isolate,
            CancellationToken cancellationToken
        )
        {
            var landed = await way.Lander.LandAsync(way.Source.SourceId, batch, isolate, cancellationToken);
            if (landed.Count > 0)
            {
                way.Commit(consumer, landed);
            }

            return landed;
        }

        // Another writer landed these events, or nobody may mask at present.
        public bool EndsAfter(Exception fault) => fault is SinkPositionException or Keys.KeysUnavailableException;

        public void Dispose() { }
    }

    private IKafkaEndpoint Source => source;

    private IMaskedSink Sink => sink;

    private EventLander Lander => lander;
}
