using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>Names a dataset.</summary>
internal sealed record DatasetReference(
    [property: JsonProperty("projectId")] string ProjectId,
    [property: JsonProperty("datasetId")] string DatasetId
)
{
    /// <summary>A table of it.</summary>
    public TableReference Table(string tableId) => new(ProjectId, DatasetId, tableId);

    public override string ToString() => $"{ProjectId}.{DatasetId}";
}

/// <summary>Names a table or a view.</summary>
internal sealed record TableReference(
    [property: JsonProperty("projectId")] string ProjectId,
    [property: JsonProperty("datasetId")] string DatasetId,
    [property: JsonProperty("tableId")] string TableId
)
{
    /// <summary>The dataset that it is in.</summary>
    [JsonIgnore]
    public DatasetReference Dataset => new(ProjectId, DatasetId);

    public override string ToString() => $"{ProjectId}.{DatasetId}.{TableId}";
}

/// <summary>Names a job. A job outside of the multi-regions is found with its location alone.</summary>
internal sealed record JobReference(
    [property: JsonProperty("projectId")] string ProjectId,
    [property: JsonProperty("jobId")] string JobId,
    [property: JsonProperty("location")] string? Location
);

/// <summary>Names a row access policy.</summary>
internal sealed record RowAccessPolicyReference(
    [property: JsonProperty("projectId")] string ProjectId,
    [property: JsonProperty("datasetId")] string DatasetId,
    [property: JsonProperty("tableId")] string TableId,
    [property: JsonProperty("policyId")] string PolicyId
);
