using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Datasets;
using Governance.Tests.Support.BigQuery.Policies;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Jobs;

/// <summary>
/// Tables, views and row access policies by SQL. ALTER, schemas, functions and materialized views are not modelled.
/// https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language
/// </summary>
internal sealed class DdlExecutor(
    WorldState world,
    Access access,
    StatementReader reader,
    StatementExecutor executor,
    TableMethods tables,
    PolicyMethods policies
)
{
    public Task RunAsync(JobState job, Statement statement) =>
        statement.Type switch
        {
            "CREATE_VIEW" or "CREATE_TABLE" or "CREATE_TABLE_AS_SELECT" => CreateAsync(job, statement),
            "DROP_TABLE" or "DROP_VIEW" => Drop(job, statement),
            "CREATE_ROW_ACCESS_POLICY" => CreatePolicy(job, statement),
            "DROP_ROW_ACCESS_POLICY" or "DROP_ALL_ROW_ACCESS_POLICIES" => DropPolicy(job, statement),
            _ => throw ApiException.NotModelled($"the statement {statement.Type}"),
        };

    private async Task CreateAsync(JobState job, Statement statement)
    {
        var analysis = statement.Analysis;
        if (analysis.CreateScope is not (null or "CREATE_DEFAULT_SCOPE"))
        {
            throw ApiException.NotModelled("temporary tables and views");
        }

        var (dataset, id) = Place(analysis.Path, statement.Text.DefaultDataset);
        access.RequireWrite(statement.Text.Caller, dataset);
        var existing = dataset.Tables.GetValueOrDefault(id);
        if (existing is not null && analysis.CreateMode is "CREATE_IF_NOT_EXISTS")
        {
            (job.DdlOperation, job.DdlTable) = ("SKIP", existing.Reference());
            return;
        }

        if (existing is not null && analysis.CreateMode is not "CREATE_OR_REPLACE")
        {
            throw ApiException.Duplicate($"Table {existing.LegacyName}");
        }

        if (existing is not null && existing.ViewQuery is null == (statement.Type is "CREATE_VIEW"))
        {
            throw ApiException.InvalidQuery($"{existing.LegacyName} is not of the kind that would replace it.");
        }

        var resource = Resource(analysis);
        TableState created;
        if (statement.Type is "CREATE_VIEW")
        {
            created = await tables.PutViewAsync(dataset, id, analysis.Query!, resource, statement.Text.Caller);
        }
        else
        {
            // The rows first: the table that is replaced may be among those that are read.
            var rows = statement.Type is "CREATE_TABLE" ? [] : await executor.SelectForTableAsync(statement);
            created = tables.PutTable(
                dataset,
                id,
                ColumnSchema.SchemaOf(analysis.Columns, [.. analysis.Required]),
                resource
            );
            created.Rows.AddRange(rows.Select(cells => new RowState(cells, world.Now)));
        }

        (job.DdlOperation, job.DdlTable) = (existing is null ? "CREATE" : "REPLACE", created.Reference());
    }

    private Task Drop(JobState job, Statement statement)
    {
        var (dataset, id) = Place(statement.Analysis.Path, statement.Text.DefaultDataset);
        access.RequireWrite(statement.Text.Caller, dataset);
        var found = dataset.Tables.GetValueOrDefault(id);
        if (found is null)
        {
            job.DdlOperation = statement.Analysis.IfExists
                ? "SKIP"
                : throw ApiException.NotFound($"Table {dataset.Project}:{dataset.Id}.{id}");
            return Task.CompletedTask;
        }

        if (found.ViewQuery is null == (statement.Type is "DROP_VIEW"))
        {
            throw ApiException.InvalidQuery($"{found.LegacyName} is not of the kind that the statement drops.");
        }

        dataset.Tables.Remove(id);
        (job.DdlOperation, job.DdlTable) = ("DROP", found.Reference());
        return Task.CompletedTask;
    }

    private Task CreatePolicy(JobState job, Statement statement)
    {
        job.DdlOperation = policies.Create(statement);
        job.DdlTable = statement.Target!.Reference();
        job.DdlPolicy = PolicyReference(statement.Target, statement.Analysis);
        return Task.CompletedTask;
    }

    private Task DropPolicy(JobState job, Statement statement)
    {
        var (dataset, id) = Place(statement.Analysis.TargetPath, statement.Text.DefaultDataset);
        var table = world.Table(dataset.Project, dataset.Id, id);
        var dropped = policies.Drop(table, statement.Analysis, statement.Text.Caller);
        job.DdlOperation = dropped is 0 ? "SKIP" : "DROP";
        job.DdlTable = table.Reference();
        if (statement.Analysis.DropAll)
        {
            job.DdlPolicies = dropped;
        }
        else
        {
            job.DdlPolicy = PolicyReference(table, statement.Analysis);
        }

        return Task.CompletedTask;
    }

    private (DatasetState Dataset, string Id) Place(IReadOnlyList<string> path, string? defaultDataset)
    {
        var (project, dataset, table) =
            reader.Split(path, defaultDataset)
            ?? throw ApiException.Invalid(
                $"Table \"{string.Join('.', path)}\" must be qualified with a dataset (e.g. dataset.table)."
            );
        return (world.Dataset(project, dataset), table);
    }

    private static JsonObject PolicyReference(TableState table, SqlAnalysis analysis)
    {
        var reference = table.Reference();
        reference["policyId"] = analysis.Name;
        return reference;
    }

    private static JsonObject Resource(SqlAnalysis analysis)
    {
        var resource = new JsonObject();
        foreach (var (name, value) in analysis.Options)
        {
            switch (name.ToLowerInvariant())
            {
                case "description":
                    resource["description"] = (string?)value;
                    break;
                case "friendly_name":
                    resource["friendlyName"] = (string?)value;
                    break;
                case "labels" when value is object?[] labels:
                    resource["labels"] = new JsonObject(
                        labels.Select(label =>
                            KeyValuePair.Create<string, JsonNode?>(
                                (string)((object?[])label!)[0]!,
                                (string?)((object?[])label!)[1]
                            )
                        )
                    );
                    break;
                case "require_partition_filter":
                    resource["requirePartitionFilter"] = value is "true";
                    break;
                default:
                    throw ApiException.NotModelled($"the option {name}, or a value of it that is no literal");
            }
        }

        if (analysis.ClusterBy.Count > 0)
        {
            resource["clustering"] = new JsonObject
            {
                ["fields"] = new JsonArray([.. analysis.ClusterBy.Select(name => JsonValue.Create(Plain(name)))]),
            };
        }

        if (analysis.PartitionBy.Count > 0)
        {
            resource["timePartitioning"] = new JsonObject
            {
                ["type"] = "DAY",
                ["field"] = Plain(analysis.PartitionBy[0]),
            };
        }

        return resource;
    }

    private static string Plain(string? name) =>
        name ?? throw ApiException.NotModelled("partitioning or clustering by an expression in DDL");
}
