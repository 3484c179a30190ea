using Avro.Generic;

namespace Governance.Api.Sandbox.Generator;

/// <summary>One event of the demo.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Key">The natural key.</param>
/// <param name="Value">The record, of the topic's schema.</param>
/// <param name="Partition">Where it goes: fixed by the key.</param>
/// <param name="Time">When it happened; the Kafka timestamp.</param>
internal sealed record DemoEvent(string Topic, string Key, GenericRecord Value, int Partition, DateTimeOffset Time)
{
    public DemoEvent(string topic, string key, GenericRecord value, DateTimeOffset time)
        : this(topic, key, value, KeyPartitioner.PartitionOf(key, DemoTopics.Partitions), time) { }
}
