namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>A Kafka partition.</summary>
/// <param name="Source">Names the log that offsets count in.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition's number.</param>
internal readonly record struct PartitionKey(string Source, string Topic, int Partition)
{
    public override string ToString() => $"{Topic}/{Partition}";
}
