using Confluent.Kafka;

namespace Governance.Tests.Support;

/// <summary>Produces values as fast as the broker takes them, round all partitions of some topics.</summary>
internal sealed class FlatPosting : IDisposable
{
    private readonly string[] _topics;
    private readonly int _partitions;
    private readonly IProducer<Null, byte[]> _producer;
    private long _next;

    public FlatPosting(string servers, string[] topics, int partitions)
    {
        _topics = topics;
        _partitions = partitions;
        _producer = new ProducerBuilder<Null, byte[]>(
            new ProducerConfig
            {
                BootstrapServers = servers,
                LingerMs = 5,
                EnableDeliveryReports = false,
            }
        ).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>How many were produced.</summary>
    public long Count => _next;

    public void Post(byte[] value)
    {
        var place = (int)(_next % (_topics.Length * _partitions));
        var to = new TopicPartition(_topics[place / _partitions], place % _partitions);
        while (true)
        {
            try
            {
                _producer.Produce(to, new Message<Null, byte[]> { Value = value });
                _next++;
                return;
            }
            catch (ProduceException<Null, byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Flush(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    public void Flush() => _producer.Flush(TimeSpan.FromSeconds(60)).Should().Be(0, "the broker takes all");

    public void Dispose() => _producer.Dispose();
}
