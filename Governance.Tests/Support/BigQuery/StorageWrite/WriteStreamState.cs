using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.StorageWrite;

/// <summary>
/// A write stream. Rows of the type COMMITTED are seen as soon as they are acknowledged, those of the type PENDING once the stream is committed,
/// which the stand-in does not model: they are never seen.
/// https://cloud.google.com/bigquery/docs/write-api#application-created_streams
/// </summary>
internal sealed class WriteStreamState(
    string name,
    TableState table,
    DateTimeOffset created,
    bool isDefault,
    bool isPending = false
)
{
    /// <summary>Whether its rows wait for a commit.</summary>
    public bool IsPending { get; } = isPending;

    public string Name { get; } = name;

    public TableState Table { get; } = table;

    /// <summary>Whether the table is still there: its streams go with it.</summary>
    public bool IsOfATable => Table.Dataset.Tables.GetValueOrDefault(Table.Id) == Table;

    public DateTimeOffset Created { get; } = created;

    /// <summary>The table's own stream, which has no offsets and never ends.</summary>
    public bool IsDefault { get; } = isDefault;

    /// <summary>The offset of the next row.</summary>
    public long Next { get; set; }

    public bool IsFinalized { get; set; }

    /// <summary>The columns that the stream knows: it learns late of those that are added.</summary>
    public IReadOnlyList<ColumnSchema> Columns { get; private set; } = table.Columns;

    /// <summary>Lets it learn of columns that were added so long ago.</summary>
    public void Learn(DateTimeOffset now, TimeSpan lag)
    {
        if (now - Table.Modified >= lag)
        {
            Columns = Table.Columns;
        }
    }
}
