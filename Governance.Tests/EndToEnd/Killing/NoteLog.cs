using Confluent.Kafka;

namespace Governance.Tests.EndToEnd.Killing;

/// <summary>What stands in the topics, read as it is: what must have become of each record follows from it alone.</summary>
internal sealed class NoteLog
{
    private readonly List<(string Topic, int Partition, long Offset, string Kind)> _records = [];

    private NoteLog() { }

    public int Count => _records.Count;

    /// <summary>Partition and offset of each good record of a topic, in order: what its table holds.</summary>
    public List<(int Partition, long Offset)> Good(string topic) =>
        [
            .. _records
                .Where(record => record.Topic == topic && record.Kind == NoteWriter.Good)
                .Select(record => (record.Partition, record.Offset))
                .Order(),
        ];

    /// <summary>How many go to quarantine, by topic and code.</summary>
    public List<(string Topic, string Code, long Events)> Poison() =>
        [
            .. _records
                .Where(record => record.Kind is not (NoteWriter.Good or NoteWriter.OfAnErased))
                .GroupBy(record => (record.Topic, record.Kind))
                .Select(group => (group.Key.Topic, group.Key.Kind, (long)group.Count()))
                .Order(),
        ];

    /// <summary>How many are of a kind.</summary>
    public long Of(string kind) => _records.LongCount(record => record.Kind == kind);

    /// <summary>How many partitions there are, and how many of them have a good record behind each of their poisonous ones.</summary>
    public (int All, int WithGoodBehindPoison) Partitions()
    {
        var partitions = _records.GroupBy(record => (record.Topic, record.Partition)).ToArray();
        return (
            partitions.Length,
            partitions.Count(partition =>
                partition.Any(record => record.Kind is not (NoteWriter.Good or NoteWriter.OfAnErased))
                && partition.MaxBy(record => record.Offset).Kind is NoteWriter.Good or NoteWriter.OfAnErased
            )
        );
    }

    /// <summary>Reads all topics from their beginnings to their ends. Fails where the broker has trimmed any.</summary>
    public static NoteLog Read(string servers, IReadOnlyList<string> topics, int partitions)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(
            new ConsumerConfig
            {
                BootstrapServers = servers,
                GroupId = "reads-all",
                AutoOffsetReset = AutoOffsetReset.Error,
                EnablePartitionEof = true,
                FetchWaitMaxMs = 20,
            }
        ).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var log = new NoteLog();
        var left = 0;
        foreach (var topic in topics)
        {
            for (var partition = 0; partition < partitions; partition++)
            {
                var place = new TopicPartition(topic, partition);
                var kept = consumer.QueryWatermarkOffsets(place, TimeSpan.FromSeconds(30));
                kept.Low.Value.Should().Be(0, "{0} has all that was written", place);
                left++;
            }
        }

        consumer.Assign(
            topics.SelectMany(topic =>
                Enumerable
                    .Range(0, partitions)
                    .Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning))
            )
        );
        while (left > 0)
        {
            var consumed = consumer.Consume(TimeSpan.FromSeconds(60));
            consumed.Should().NotBeNull("all is read");
            if (consumed.IsPartitionEOF)
            {
                left--;
                continue;
            }

            log._records.Add((consumed.Topic, consumed.Partition, consumed.Offset, consumed.Message.Key));
        }

        return log;
    }
}
