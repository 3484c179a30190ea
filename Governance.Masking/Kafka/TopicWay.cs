using Confluent.Kafka;
using Governance.Masking.Contracts;
using EventConsumer = Confluent.Kafka.IConsumer<System.ReadOnlyMemory<byte>?, System.ReadOnlyMemory<byte>?>;

namespace Governance.Masking.Kafka;

/// <summary>
/// The way to masked topics. What was consumed is told by the group's committed offsets, which commit in the transaction that delivers.
/// </summary>
internal sealed class TopicWay(IKafkaEndpoint source, TopicDelivery delivery, MaskedProducers producers) : IWayOut
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => WaysOut.Topic;

    public string GroupId => producers.GroupId;

    public bool Takes(Dataset dataset) => dataset.Delivery.ToTopic;

    public bool Counts(Dataset dataset) => !dataset.Delivery.ToWarehouse;

    public async Task<IWaySession> OpenAsync(CancellationToken cancellationToken)
    {
        delivery.CheckKeys();
        return new Session(source, delivery, await Task.Run(producers.OpenForStream, cancellationToken));
    }

    private sealed class Session(IKafkaEndpoint source, TopicDelivery delivery, MaskedProducer producer) : IWaySession
    {
        public IReadOnlyDictionary<(string Topic, int Partition), long> Positions(
            EventConsumer consumer,
            IReadOnlyList<TopicPartition> assigned,
            CancellationToken cancellationToken
        ) =>
            consumer
                .Committed(assigned, Patience)
                .Where(committed => committed.Offset.Value >= 0)
                .ToDictionary(
                    committed => (committed.Topic, committed.Partition.Value),
                    committed => committed.Offset.Value
                );

        public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> PassOnAsync(
            EventConsumer consumer,
            IReadOnlyList<SourceEvent> batch,
            bool isolate,
            CancellationToken cancellationToken
        )
        {
            var delivered = await delivery.DeliverAsync(
                source.SourceId,
                batch,
                producer,
                consumer.ConsumerGroupMetadata,
                cancellationToken
            );
            if (!source.KeepsTransactions && delivered.Count > 0)
            {
                consumer.Commit(delivered.AsOffsets());
            }

            return delivered;
        }

        // The transaction was aborted, and this member may be fenced, or its partitions another's: what holds is what is committed.
        public bool EndsAfter(Exception fault) => fault is KafkaException or Keys.KeysUnavailableException;

        public void Dispose() => producer.Dispose();
    }
}
