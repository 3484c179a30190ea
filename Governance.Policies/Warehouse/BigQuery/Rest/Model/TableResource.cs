using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>A table or a view. https://cloud.google.com/bigquery/docs/reference/rest/v2/tables</summary>
internal sealed class TableResource : Resource
{
    [JsonProperty("etag")]
    public string? Etag { get; set; }

    [JsonProperty("tableReference")]
    public TableReference? Reference { get; set; }

    /// <summary><c>TABLE</c>, <c>VIEW</c> and others. The service says it.</summary>
    [JsonProperty("type")]
    public string? Type { get; set; }

    [JsonProperty("description")]
    public string? Description { get; set; }

    [JsonProperty("labels")]
    public IDictionary<string, string?>? Labels { get; set; }

    [JsonProperty("schema")]
    public TableSchema? Schema { get; set; }

    [JsonProperty("timePartitioning")]
    public TimePartitioning? TimePartitioning { get; set; }

    [JsonProperty("clustering")]
    public Clustering? Clustering { get; set; }

    [JsonProperty("requirePartitionFilter")]
    public bool? RequirePartitionFilter { get; set; }

    /// <summary>When it is dropped of itself, in milliseconds since 1970.</summary>
    [JsonProperty("expirationTime")]
    [JsonConverter(typeof(Int64Text))]
    public long? ExpirationTime { get; set; }

    /// <summary>When it was made, in milliseconds since 1970. The service says it.</summary>
    [JsonProperty("creationTime")]
    [JsonConverter(typeof(Int64Text))]
    public long? CreationTime { get; set; }

    /// <summary>There where it is a snapshot of another table.</summary>
    [JsonProperty("snapshotDefinition")]
    public CopyDefinition? SnapshotDefinition { get; set; }

    /// <summary>There where it began as a clone of another table.</summary>
    [JsonProperty("cloneDefinition")]
    public CopyDefinition? CloneDefinition { get; set; }

    [JsonProperty("view")]
    public ViewDefinition? View { get; set; }

    /// <summary>Rows, without those of the streaming buffer. The service says it.</summary>
    [JsonProperty("numRows")]
    [JsonConverter(typeof(Int64Text))]
    public long? NumRows { get; set; }

    [JsonProperty("numBytes")]
    [JsonConverter(typeof(Int64Text))]
    public long? NumBytes { get; set; }

    /// <summary>When it was last changed, in milliseconds since 1970. The service says it.</summary>
    [JsonProperty("lastModifiedTime")]
    [JsonConverter(typeof(Int64Text))]
    public long? LastModifiedTime { get; set; }

    /// <summary>There while rows of <c>insertAll</c> are not yet in the table itself.</summary>
    [JsonProperty("streamingBuffer")]
    public StreamingBuffer? StreamingBuffer { get; set; }
}

/// <summary>The columns of a table or of an answer.</summary>
internal sealed class TableSchema
{
    [JsonProperty("fields")]
    public IList<TableField> Fields { get; set; } = [];
}

/// <summary>A column, or a field of a record. Policy tags and descriptions that are not named here are kept.</summary>
internal sealed class TableField : Resource
{
    [JsonProperty("name")]
    public string Name { get; set; } = "";

    /// <summary>GoogleSQL's name of the type (<c>INT64</c>) or the older one (<c>INTEGER</c>), which is what the service answers.</summary>
    [JsonProperty("type")]
    public string Type { get; set; } = "";

    /// <summary><c>NULLABLE</c> (so too where it is absent), <c>REQUIRED</c> or <c>REPEATED</c>.</summary>
    [JsonProperty("mode")]
    public string? Mode { get; set; }

    [JsonProperty("description")]
    public string? Description { get; set; }

    [JsonProperty("fields")]
    public IList<TableField>? Fields { get; set; }

    [JsonIgnore]
    public bool IsRepeated => string.Equals(Mode, "REPEATED", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Of which table a snapshot or clone is, and as of when.</summary>
internal sealed class CopyDefinition : Resource
{
    [JsonProperty("baseTableReference")]
    public TableReference? Table { get; set; }

    /// <summary>As RFC 3339 has it.</summary>
    [JsonProperty("snapshotTime")]
    public DateTimeOffset? SnapshotTime { get; set; }

    /// <summary>The same, of a clone.</summary>
    [JsonProperty("cloneTime")]
    public DateTimeOffset? CloneTime { get; set; }
}

/// <summary>How a table is partitioned by time.</summary>
internal sealed class TimePartitioning : Resource
{
    /// <summary><c>DAY</c>, <c>HOUR</c>, <c>MONTH</c> or <c>YEAR</c>.</summary>
    [JsonProperty("type")]
    public string Type { get; set; } = "DAY";

    /// <summary>The column; absent where rows are partitioned by their arrival.</summary>
    [JsonProperty("field")]
    public string? Field { get; set; }

    /// <summary>How long a partition is kept.</summary>
    [JsonProperty("expirationMs")]
    [JsonConverter(typeof(Int64Text))]
    public long? ExpirationMs { get; set; }
}

/// <summary>By which columns rows stand together; at most four.</summary>
internal sealed class Clustering
{
    [JsonProperty("fields")]
    public IList<string> Fields { get; set; } = [];
}

/// <summary>A view's query. <c>useLegacySql</c> is true unless it is said: so it is always said.</summary>
internal sealed class ViewDefinition : Resource
{
    [JsonProperty("query")]
    public string Query { get; set; } = "";

    [JsonProperty("useLegacySql")]
    public bool UseLegacySql { get; set; }

    /// <summary>What the view asks of those who query it. Sent also where it is none, so that a change takes it away.</summary>
    [JsonProperty("privacyPolicy", NullValueHandling = NullValueHandling.Include)]
    public PrivacyPolicy? PrivacyPolicy { get; set; }
}

/// <summary>Rows that have arrived by <c>insertAll</c> and that no statement may change yet.</summary>
internal sealed class StreamingBuffer
{
    /// <summary>When the oldest of them arrived, in milliseconds since 1970.</summary>
    [JsonProperty("oldestEntryTime")]
    [JsonConverter(typeof(Int64Text))]
    public long? OldestEntryTime { get; set; }
}

/// <summary>A page of a dataset's tables.</summary>
internal sealed class TableList
{
    [JsonProperty("tables")]
    public IList<TableResource>? Tables { get; set; }

    [JsonProperty("nextPageToken")]
    public string? NextPageToken { get; set; }
}
