using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.StorageWrite;

/// <summary>A write stream of the type COMMITTED: rows are seen as soon as they are acknowledged.</summary>
internal sealed class WriteStreamState(string name, TableState table, DateTimeOffset created, bool isDefault)
{
    public string Name { get; } = name;

    public TableState Table { get; } = table;

    public DateTimeOffset Created { get; } = created;

    /// <summary>The table's own stream, which has no offsets and never ends.</summary>
    public bool IsDefault { get; } = isDefault;

    /// <summary>The offset of the next row.</summary>
    public long Next { get; set; }

    public bool IsFinalized { get; set; }
}
