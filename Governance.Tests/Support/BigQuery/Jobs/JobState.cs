using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Jobs;

/// <summary>A query job. It is PENDING, then RUNNING, then DONE; it changes its table at the moment when it is DONE.</summary>
internal sealed class JobState(
    string project,
    string id,
    string location,
    JsonObject configuration,
    string caller,
    DateTimeOffset created
)
{
    public string Id { get; } = id;

    public string Location { get; } = location;

    public JsonObject Configuration { get; } = configuration;

    public DateTimeOffset Created { get; } = created;

    public DateTimeOffset? Started { get; set; }

    public DateTimeOffset? Ended { get; set; }

    public Statement? Statement { get; set; }

    public ApiException? Error { get; set; }

    public SqlRows? Rows { get; set; }

    public DmlCounts? Counts { get; set; }

    public string? DdlOperation { get; set; }

    public JsonObject? DdlTable { get; set; }

    public JsonObject? DdlPolicy { get; set; }

    public int? DdlPolicies { get; set; }

    public bool IsDone => Ended is not null;

    public string State =>
        IsDone ? "DONE"
        : Started is null ? "PENDING"
        : "RUNNING";

    /// <summary>A mutating statement that is not done, of this table.</summary>
    public bool Mutates(TableState table) =>
        !IsDone && Statement is { IsMutating: true, Target: { } target } && target == table;

    public JsonObject Reference() =>
        new()
        {
            ["projectId"] = project,
            ["jobId"] = Id,
            ["location"] = Location,
        };

    public JsonObject ToRest()
    {
        var status = new JsonObject { ["state"] = State };
        if (Error is not null)
        {
            status["errorResult"] = Error.ToErrorProto();
            status["errors"] = new JsonArray(Error.ToErrorProto());
        }

        return new JsonObject
        {
            ["kind"] = "bigquery#job",
            ["etag"] = $"job-{Id}-{State}",
            ["id"] = $"{project}:{Location}.{Id}",
            ["selfLink"] =
                $"https://bigquery.googleapis.com/bigquery/v2/projects/{project}/jobs/{Id}?location={Location}",
            ["user_email"] = caller[(caller.IndexOf(':', StringComparison.Ordinal) + 1)..],
            ["jobReference"] = Reference(),
            ["configuration"] = Configuration.DeepClone(),
            ["status"] = status,
            ["statistics"] = Statistics(),
        };
    }

    public JsonObject? DmlStats() =>
        Counts is null
            ? null
            : new JsonObject
            {
                ["insertedRowCount"] = Text(Counts.Inserted),
                ["updatedRowCount"] = Text(Counts.Updated),
                ["deletedRowCount"] = Text(Counts.Deleted),
            };

    private JsonObject Statistics()
    {
        var statistics = new JsonObject { ["creationTime"] = TableState.Milliseconds(Created) };
        if (Started is { } started)
        {
            statistics["startTime"] = TableState.Milliseconds(started);
        }

        if (Ended is { } ended)
        {
            statistics["endTime"] = TableState.Milliseconds(ended);
        }

        if (Statement is null)
        {
            return statistics;
        }

        var query = new JsonObject
        {
            ["statementType"] = Statement.Type,
            ["totalBytesProcessed"] = Text(Statement.Bytes),
            ["totalBytesBilled"] = Text(Statement.BytesBilled),
            ["cacheHit"] = false,
            ["referencedTables"] = Statement.Referenced.Select(table => table.Reference()).ToJsonArray(),
        };
        if (Statement.Type is "SELECT")
        {
            query["schema"] = ColumnSchema.SchemaOf(Statement.Analysis.Columns);
        }

        if (Counts is not null)
        {
            query["dmlStats"] = DmlStats();
            query["numDmlAffectedRows"] = Text(Counts.All);
        }

        Set(query, "ddlOperationPerformed", DdlOperation is null ? null : JsonValue.Create(DdlOperation));
        Set(query, "ddlTargetTable", DdlTable?.DeepClone());
        Set(query, "ddlTargetRowAccessPolicy", DdlPolicy?.DeepClone());
        Set(query, "ddlAffectedRowAccessPolicyCount", DdlPolicies is { } count ? JsonValue.Create(Text(count)) : null);
        statistics["totalBytesProcessed"] = Text(Statement.Bytes);
        statistics["query"] = query;
        if (Statement.Referenced.Any(table => table.Policies.Count > 0))
        {
            statistics["rowLevelSecurityStatistics"] = new JsonObject { ["rowLevelSecurityApplied"] = true };
        }

        return statistics;
    }

    private static void Set(JsonObject target, string name, JsonNode? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
