using Confluent.Kafka;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using EventConsumer = Confluent.Kafka.IConsumer<System.ReadOnlyMemory<byte>?, System.ReadOnlyMemory<byte>?>;

namespace Governance.Bench.Stream;

/// <summary>Passes records on as they are: the same consumer, batches, producer and transactions, without masking.</summary>
internal sealed class PlainWay(StreamParts parts, MaskedProducers producers, StreamStatistics statistics) : IWayOut
{
    public string Name => "plain";

    public string GroupId => producers.GroupId;

    public bool Takes(Dataset dataset) => true;

    public bool Counts(Dataset dataset) => true;

    public Task<IWaySession> OpenAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IWaySession>(new Session(parts, producers.OpenForStream(), statistics));

    private sealed class Session(StreamParts parts, MaskedProducer producer, StreamStatistics statistics) : IWaySession
    {
        public IReadOnlyDictionary<(string Topic, int Partition), long> Positions(
            EventConsumer consumer,
            IReadOnlyList<TopicPartition> assigned,
            CancellationToken cancellationToken
        ) => new Dictionary<(string Topic, int Partition), long>();

        public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> PassOnAsync(
            EventConsumer consumer,
            IReadOnlyList<SourceEvent> batch,
            bool isolate,
            CancellationToken cancellationToken
        )
        {
            using var messages = new MaskedMessages();
            var positions = BatchPositions.After(batch, _ => false);
            foreach (var one in batch)
            {
                messages.Add(new MaskedMessage(one, parts.Current.FindTopic(one.Topic)!, one.Key, one.Value, null));
            }

            await Task.Run(
                () => producer.Deliver(messages.Masked, positions.AsOffsets(), consumer.ConsumerGroupMetadata),
                cancellationToken
            );
            consumer.Commit(positions.AsOffsets());
            statistics.Delivered(messages, _ => true);
            return positions;
        }

        public bool EndsAfter(Exception fault) => true;

        public void Dispose() => producer.Dispose();
    }
}
