using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>A page of a query's answer.</summary>
internal sealed class QueryResults
{
    [JsonProperty("jobComplete")]
    public bool? JobComplete { get; set; }

    [JsonProperty("schema")]
    public TableSchema? Schema { get; set; }

    [JsonProperty("totalRows")]
    [JsonConverter(typeof(Int64Text))]
    public long? TotalRows { get; set; }

    [JsonProperty("rows")]
    public IList<RowResource>? Rows { get; set; }

    [JsonProperty("pageToken")]
    public string? PageToken { get; set; }
}

/// <summary>A page of a table's rows.</summary>
internal sealed class TableDataPage
{
    [JsonProperty("totalRows")]
    [JsonConverter(typeof(Int64Text))]
    public long? TotalRows { get; set; }

    [JsonProperty("rows")]
    public IList<RowResource>? Rows { get; set; }

    [JsonProperty("pageToken")]
    public string? PageToken { get; set; }
}

/// <summary>A row, or a record: its values in the order of the schema.</summary>
internal sealed class RowResource
{
    [JsonProperty("f")]
    public IList<CellResource>? Cells { get; set; }
}

/// <summary>A value: text, a row (for a record), or a list of cells (for a repeated column).</summary>
internal sealed class CellResource
{
    [JsonProperty("v")]
    public JToken? Value { get; set; }
}
