using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Policies;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;

namespace Governance.Tests.Support.BigQuery.Tables;

/// <summary>https://cloud.google.com/bigquery/docs/reference/rest/v2/tables</summary>
internal sealed class TableMethods(WorldState world, Access access, StatementReader reader)
{
    private const string Path = "/bigquery/v2/projects/{project}/datasets/{dataset}/tables";
    private const string One = $"{Path}/{{table}}";
    private const int MostClustering = 4;

    private static readonly string[] Decided =
    [
        "kind",
        "etag",
        "id",
        "selfLink",
        "tableReference",
        "type",
        "location",
        "creationTime",
        "lastModifiedTime",
        "numRows",
        "numBytes",
        "streamingBuffer",
        "schema",
        "view",
    ];

    private static readonly string[] Modelled =
    [
        "friendlyName",
        "description",
        "labels",
        "expirationTime",
        "timePartitioning",
        "clustering",
        "requirePartitionFilter",
    ];

    public IEnumerable<Route> Routes =>
        [
            new("POST", Path, "bigquery.tables.insert", Insert) { Request = "ITable", Response = "ITable" },
            new("GET", Path, "bigquery.tables.list", List)
            {
                Parameters = "tables.IListParams",
                Response = "ITableList",
            },
            new("GET", One, "bigquery.tables.get", Get) { Parameters = "tables.IGetParams", Response = "ITable" },
            new("PATCH", One, "bigquery.tables.patch", call => Change(call, patch: true))
            {
                Parameters = "tables.IPatchParams",
                Request = "ITable",
                Response = "ITable",
            },
            new("PUT", One, "bigquery.tables.update", call => Change(call, patch: false))
            {
                Parameters = "tables.IUpdateParams",
                Request = "ITable",
                Response = "ITable",
            },
            new("DELETE", One, "bigquery.tables.delete", Delete),
        ];

    /// <summary>Puts a view where there is none, or in place of one.</summary>
    public async Task<TableState> PutViewAsync(
        Datasets.DatasetState dataset,
        string id,
        string query,
        JsonObject resource,
        string caller
    )
    {
        var statement = await reader.ReadAsync(
            new StatementText(query, [], null, caller, Strict: world.IsStrict(resource))
        );
        if (statement.Type is not "SELECT")
        {
            throw ApiException.InvalidQuery("A view's query is a SELECT.");
        }

        var unnamed = statement.Analysis.Columns.FirstOrDefault(column =>
            column.Name is "" || column.Name.StartsWith('$')
        );
        if (unnamed.Type is not null)
        {
            throw ApiException.InvalidQuery("CREATE VIEW columns must be named.");
        }

        var view = new TableState(dataset, id, resource, world.Now)
        {
            ViewQuery = query,
            Columns = ColumnSchema.ReadAll(ColumnSchema.SchemaOf(statement.Analysis.Columns)),
        };
        dataset.Tables[id] = view;
        return view;
    }

    /// <summary>Puts a table where there is none.</summary>
    public TableState PutTable(Datasets.DatasetState dataset, string id, JsonNode? schema, JsonObject resource)
    {
        var columns = ColumnSchema.ReadAll(schema);
        CheckLayout(resource, columns);
        var table = new TableState(dataset, id, resource, world.Now) { Columns = columns };
        dataset.Tables[id] = table;
        return table;
    }

    private async Task<JsonObject?> Insert(Call call)
    {
        var dataset = world.Dataset(call.Project, call.Path["dataset"]);
        access.RequireWrite(call.Caller, dataset);
        var id = call.Body["tableReference"]?["tableId"]?.GetValue<string>() ?? "";
        if (id.Length is 0 or > 1024 || !id.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or ' '))
        {
            throw ApiException.Invalid($"Invalid table ID \"{id}\".");
        }

        if (dataset.Tables.ContainsKey(id))
        {
            throw ApiException.Duplicate($"Table {call.Project}:{dataset.Id}.{id}");
        }

        var resource = Sent(call.Body);
        if (call.Body["view"] is JsonObject view)
        {
            var query =
                view["query"]?.GetValue<string>() ?? throw ApiException.Invalid("Required parameter is missing: query");
            RefuseLegacy(view);
            var put = await PutViewAsync(dataset, id, query, resource, call.Caller);
            put.PrivacyPolicy = PrivacyOf(view, put);
            return put.ToRest(world.Now);
        }

        return PutTable(dataset, id, call.Body["schema"], resource).ToRest(world.Now);
    }

    private Task<JsonObject?> List(Call call)
    {
        var dataset = world.Dataset(call.Project, call.Path["dataset"]);
        var seen = dataset.Tables.Values.OrderBy(table => table.Id, StringComparer.Ordinal).ToList();
        var (page, next) = Pages.Of(seen, call);
        var answer = new JsonObject
        {
            ["kind"] = "bigquery#tableList",
            ["etag"] = "list",
            ["totalItems"] = seen.Count,
            ["tables"] = page.Select(table => new JsonObject
                {
                    ["kind"] = "bigquery#table",
                    ["id"] = table.LegacyName,
                    ["tableReference"] = table.Reference(),
                    ["type"] = table.Type,
                    ["labels"] = table.Resource["labels"]?.DeepClone() ?? new JsonObject(),
                })
                .ToJsonArray(),
        };
        if (next is not null)
        {
            answer["nextPageToken"] = next;
        }

        return Task.FromResult<JsonObject?>(answer);
    }

    private Task<JsonObject?> Get(Call call)
    {
        var table = world.Table(call);
        if (!access.MayRead(call.Caller, table))
        {
            throw ApiException.AccessDenied($"Table {table.LegacyName}: Permission bigquery.tables.get denied");
        }

        return Task.FromResult<JsonObject?>(table.ToRest(world.Now));
    }

    private async Task<JsonObject?> Change(Call call, bool patch)
    {
        var table = world.Table(call);
        access.RequireWrite(call.Caller, table.Dataset);
        call.Match(table.Etag);
        var resource = patch ? table.Resource.DeepClone().AsObject() : new JsonObject();
        MergePatch.Apply(resource, Sent(call.Body));

        if (call.Body["view"] is JsonObject view)
        {
            RefuseLegacy(view);
            if (table.ViewQuery is null)
            {
                throw ApiException.Invalid($"{table.LegacyName} is not a view.");
            }

            var query = view["query"]?.GetValue<string>() ?? table.ViewQuery;
            var probe = await reader.ReadAsync(new StatementText(query, [], null, call.Caller));
            table.Columns = ColumnSchema.ReadAll(ColumnSchema.SchemaOf(probe.Analysis.Columns));
            table.ViewQuery = query;
            table.PrivacyPolicy = PrivacyOf(view, table);
        }
        else if (call.Body["schema"] is { } schema)
        {
            var next = ColumnSchema.ReadAll(schema);
            if (table.ViewQuery is null)
            {
                SchemaChange.Check(table.LegacyName, table.Columns, next);
                var old = table.Columns;
                table.Columns = next;
                for (var row = 0; row < table.Rows.Count; row++)
                {
                    table.Rows[row] = table.Rows[row] with
                    {
                        Cells = SchemaChange.Reshape(table.Rows[row].Cells, old, next),
                    };
                }
            }
            else
            {
                // A view's schema may be sent for its descriptions only.
                SchemaChange.Check(table.LegacyName, table.Columns, next);
                table.Columns = next;
            }
        }

        CheckPartitioning(table, resource);
        CheckLayout(resource, table.Columns);
        table.Resource.Clear();
        foreach (var (name, value) in resource)
        {
            table.Resource[name] = value?.DeepClone();
        }

        table.Touch(world.Now);
        return table.ToRest(world.Now);
    }

    private Task<JsonObject?> Delete(Call call)
    {
        var table = world.Table(call);
        access.RequireWrite(call.Caller, table.Dataset);
        table.Dataset.Tables.Remove(table.Id);
        return Task.FromResult<JsonObject?>(null);
    }

    private static void CheckPartitioning(TableState table, JsonObject next)
    {
        string? Field(JsonObject resource) => resource["timePartitioning"]?["field"]?.GetValue<string>();
        string? Type(JsonObject resource) => resource["timePartitioning"]?["type"]?.GetValue<string>();

        if (Field(table.Resource) != Field(next) || Type(table.Resource) != Type(next))
        {
            throw ApiException.Invalid("Cannot change partitioning spec for a table.");
        }
    }

    private static void CheckLayout(JsonObject resource, IReadOnlyList<ColumnSchema> columns)
    {
        if (resource["timePartitioning"] is JsonObject partitioning)
        {
            if (partitioning["type"]?.GetValue<string>() is not ("DAY" or "HOUR" or "MONTH" or "YEAR"))
            {
                throw ApiException.Invalid("Time partitioning needs a type: DAY, HOUR, MONTH or YEAR.");
            }

            if (partitioning["field"]?.GetValue<string>() is { } field)
            {
                var column = columns.FirstOrDefault(it => it.Name == field);
                if (column is not { LegacyType: "DATE" or "TIMESTAMP" or "DATETIME", Mode: not "REPEATED" })
                {
                    throw ApiException.Invalid(
                        $"The field specified for partitioning must be a top-level DATE, TIMESTAMP or DATETIME: {field}."
                    );
                }
            }
        }

        var clustering = (resource["clustering"]?["fields"] as JsonArray ?? [])
            .Select(field => field!.GetValue<string>())
            .ToList();
        if (clustering.Count > MostClustering)
        {
            throw ApiException.Invalid($"A table is clustered by at most {MostClustering} columns.");
        }

        foreach (var field in clustering)
        {
            if (
                columns.FirstOrDefault(it => it.Name == field)
                is not { LegacyType: not ("RECORD" or "FLOAT" or "BYTES" or "JSON"), Mode: not "REPEATED" }
            )
            {
                throw ApiException.Invalid($"The field specified for clustering cannot be one: {field}.");
            }
        }
    }

    // https://cloud.google.com/bigquery/docs/analysis-rules#agg_threshold_policy
    private static JsonObject? PrivacyOf(JsonObject view, TableState table)
    {
        if (view["privacyPolicy"] is not JsonObject policy)
        {
            return null;
        }

        if (
            policy["aggregationThresholdPolicy"] is not JsonObject threshold
            || threshold["privacyUnitColumns"] is not JsonArray { Count: 1 } units
            || !int.TryParse(threshold["threshold"]?.ToString(), CultureInfo.InvariantCulture, out var size)
        )
        {
            throw ApiException.NotModelled("a privacy policy other than an aggregation threshold with one unit column");
        }

        return size > 0 && table.Columns.Any(column => column.Name == units[0]!.GetValue<string>())
            ? policy.DeepClone().AsObject()
            : throw ApiException.Invalid("The aggregation threshold is above 0, and its unit is a column of the view.");
    }

    // The trap of the API: useLegacySql of a view is true unless it says otherwise.
    private static void RefuseLegacy(JsonObject view)
    {
        if (view["useLegacySql"]?.GetValue<bool>() is not false)
        {
            throw ApiException.NotModelled(
                "views of legacy SQL: view.useLegacySql is true by default, set it to false"
            );
        }
    }

    private static JsonObject Sent(JsonObject body)
    {
        var resource = body.DeepClone().AsObject();
        foreach (var name in Decided)
        {
            resource.Remove(name);
        }

        var other = resource.FirstOrDefault(field => !Modelled.Contains(field.Key));
        return other.Key is null ? resource : throw ApiException.NotModelled($"{other.Key} of a table");
    }
}
