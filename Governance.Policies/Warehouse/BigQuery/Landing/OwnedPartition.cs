using Governance.Policies.Warehouse.BigQuery.StorageWrite;

namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>What this process knows of a partition: how far it landed, and the stream by which its rows land, once there are some.</summary>
internal sealed class OwnedPartition(PartitionKey key) : IDisposable
{
    public PartitionKey Key => key;

    /// <summary>The next offset to consume; <see langword="null"/> where nothing landed yet.</summary>
    public long? Next { get; set; }

    /// <summary>The table that <see cref="Stream"/> writes to.</summary>
    public string? Table { get; init; }

    /// <summary>The stream that this process alone appends to; <see langword="null"/> before the first row.</summary>
    public AppendStream? Stream { get; init; }

    public void Dispose() => Stream?.Dispose();
}
