using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>A job. https://cloud.google.com/bigquery/docs/reference/rest/v2/Job</summary>
internal sealed class JobResource
{
    [JsonProperty("jobReference")]
    public JobReference? Reference { get; set; }

    [JsonProperty("configuration")]
    public JobConfiguration? Configuration { get; set; }

    [JsonProperty("status")]
    public JobStatus? Status { get; set; }

    [JsonProperty("statistics")]
    public JobStatistics? Statistics { get; set; }

    /// <summary>Who runs it. The service says it.</summary>
    [JsonProperty("user_email")]
    public string? UserEmail { get; set; }

    [JsonIgnore]
    public bool IsDone => string.Equals(Status?.State, "DONE", StringComparison.Ordinal);
}

internal sealed class JobConfiguration
{
    [JsonProperty("query")]
    public QueryConfiguration? Query { get; set; }

    [JsonProperty("dryRun")]
    public bool? DryRun { get; set; }

    [JsonProperty("labels")]
    public IDictionary<string, string>? Labels { get; set; }
}

internal sealed class QueryConfiguration
{
    [JsonProperty("query")]
    public string Query { get; set; } = "";

    /// <summary>True unless it is said: so it is always said.</summary>
    [JsonProperty("useLegacySql")]
    public bool UseLegacySql { get; set; }

    [JsonProperty("maximumBytesBilled")]
    [JsonConverter(typeof(Int64Text))]
    public long? MaximumBytesBilled { get; set; }

    [JsonProperty("parameterMode")]
    public string? ParameterMode { get; set; }

    [JsonProperty("queryParameters")]
    public IList<QueryParameter>? Parameters { get; set; }
}

/// <summary>A parameter of a query. https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter</summary>
internal sealed class QueryParameter
{
    [JsonProperty("name")]
    public string Name { get; set; } = "";

    [JsonProperty("parameterType")]
    public QueryParameterType Type { get; set; } = new();

    [JsonProperty("parameterValue")]
    public QueryParameterValue Value { get; set; } = new();
}

internal sealed class QueryParameterType
{
    [JsonProperty("type")]
    public string Type { get; set; } = "";

    [JsonProperty("arrayType")]
    public QueryParameterType? ArrayType { get; set; }
}

/// <summary>A value as text; empty for null.</summary>
internal sealed class QueryParameterValue
{
    [JsonProperty("value")]
    public string? Value { get; set; }

    [JsonProperty("arrayValues")]
    public IList<QueryParameterValue>? ArrayValues { get; set; }
}

internal sealed class JobStatus
{
    /// <summary><c>PENDING</c>, <c>RUNNING</c> or <c>DONE</c>.</summary>
    [JsonProperty("state")]
    public string State { get; set; } = "";

    /// <summary>There where the job failed, which says that it changed nothing.</summary>
    [JsonProperty("errorResult")]
    public ErrorProto? ErrorResult { get; set; }
}

/// <summary>Why a job failed. The message may quote values of rows: it is read, and never passed on.</summary>
internal sealed class ErrorProto
{
    [JsonProperty("reason")]
    public string? Reason { get; set; }

    [JsonProperty("message")]
    public string? Message { get; set; }
}

internal sealed class JobStatistics
{
    [JsonProperty("creationTime")]
    [JsonConverter(typeof(Int64Text))]
    public long? CreationTime { get; set; }

    [JsonProperty("startTime")]
    [JsonConverter(typeof(Int64Text))]
    public long? StartTime { get; set; }

    [JsonProperty("endTime")]
    [JsonConverter(typeof(Int64Text))]
    public long? EndTime { get; set; }

    [JsonProperty("totalBytesProcessed")]
    [JsonConverter(typeof(Int64Text))]
    public long? TotalBytesProcessed { get; set; }

    [JsonProperty("query")]
    public QueryStatistics? Query { get; set; }
}

internal sealed class QueryStatistics
{
    [JsonProperty("statementType")]
    public string? StatementType { get; set; }

    [JsonProperty("totalBytesProcessed")]
    [JsonConverter(typeof(Int64Text))]
    public long? TotalBytesProcessed { get; set; }

    [JsonProperty("totalBytesBilled")]
    [JsonConverter(typeof(Int64Text))]
    public long? TotalBytesBilled { get; set; }

    [JsonProperty("dmlStats")]
    public DmlStatistics? DmlStats { get; set; }

    [JsonProperty("referencedTables")]
    public IList<TableReference>? ReferencedTables { get; set; }

    [JsonProperty("schema")]
    public TableSchema? Schema { get; set; }

    [JsonProperty("ddlOperationPerformed")]
    public string? DdlOperationPerformed { get; set; }

    [JsonProperty("ddlTargetTable")]
    public TableReference? DdlTargetTable { get; set; }

    [JsonProperty("ddlTargetRowAccessPolicy")]
    public RowAccessPolicyReference? DdlTargetRowAccessPolicy { get; set; }
}

internal sealed class DmlStatistics
{
    [JsonProperty("insertedRowCount")]
    [JsonConverter(typeof(Int64Text))]
    public long? Inserted { get; set; }

    [JsonProperty("updatedRowCount")]
    [JsonConverter(typeof(Int64Text))]
    public long? Updated { get; set; }

    [JsonProperty("deletedRowCount")]
    [JsonConverter(typeof(Int64Text))]
    public long? Deleted { get; set; }
}

internal sealed class JobCancelResponse
{
    [JsonProperty("job")]
    public JobResource? Job { get; set; }
}
