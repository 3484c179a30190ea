using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Policies;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;

namespace Governance.Tests.Support.BigQuery.Tables;

/// <summary>https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata</summary>
internal sealed class TableDataMethods(WorldState world, Access access)
{
    private const string One = "/bigquery/v2/projects/{project}/datasets/{dataset}/tables/{table}";

    // Best effort, "at least one minute". https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery#dataconsistency
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    public IEnumerable<Route> Routes =>
        [
            new("POST", $"{One}/insertAll", "bigquery.tabledata.insertAll", InsertAll)
            {
                Request = "ITableDataInsertAllRequest",
                Response = "ITableDataInsertAllResponse",
            },
            new("GET", $"{One}/data", "bigquery.tabledata.list", List)
            {
                Parameters = "tabledata.IListParams",
                Response = "ITableDataList",
            },
        ];

    private Task<JsonObject?> InsertAll(Call call)
    {
        var table = world.Table(call);
        if (!access.MayWrite(call.Caller, table))
        {
            throw ApiException.AccessDenied($"Table {table.LegacyName}: Permission bigquery.tables.updateData denied");
        }

        if (table.ViewQuery is not null)
        {
            throw ApiException.Invalid($"Cannot insert rows into the view {table.LegacyName}.");
        }

        if (call.Body["rows"] is not JsonArray { Count: > 0 } rows)
        {
            throw ApiException.Invalid("No rows present in the request.");
        }

        if (call.Body.ContainsKey("templateSuffix"))
        {
            throw ApiException.NotModelled("templateSuffix");
        }

        var ignoreUnknown = call.Body["ignoreUnknownValues"]?.GetValue<bool>() is true;
        var skipInvalid = call.Body["skipInvalidRows"]?.GetValue<bool>() is true;
        var errors = new JsonArray();
        var read = new List<(string? Id, object?[] Cells)>();
        for (var index = 0; index < rows.Count; index++)
        {
            try
            {
                var json = rows[index]!["json"] as JsonObject ?? [];
                read.Add(
                    (
                        rows[index]!["insertId"]?.GetValue<string>(),
                        CellReader.ReadFields(json, table.Columns, ignoreUnknown)
                    )
                );
            }
            catch (RowException exception)
            {
                errors.Add(Error(index, new ApiException(400, "invalid", exception.Message, exception.Field)));
            }
        }

        var answer = new JsonObject { ["kind"] = "bigquery#tableDataInsertAllResponse" };
        if (errors.Count > 0)
        {
            if (!skipInvalid)
            {
                // Rows without a fault are not inserted either, and say so.
                var faulty = errors.Select(error => error!["index"]!.GetValue<int>()).ToHashSet();
                foreach (var index in Enumerable.Range(0, rows.Count).Where(index => !faulty.Contains(index)))
                {
                    errors.Add(Error(index, new ApiException(400, "stopped", "")));
                }

                read.Clear();
            }

            answer["insertErrors"] = errors;
        }

        foreach (var (id, cells) in read)
        {
            if (id is not null && table.InsertIds.TryGetValue(id, out var seen) && world.Now - seen < Remembered)
            {
                continue;
            }

            if (id is not null)
            {
                table.InsertIds[id] = world.Now;
            }

            table.Rows.Add(new RowState(cells, world.Now, world.Now + world.Options.StreamingBuffer));
        }

        return Task.FromResult<JsonObject?>(answer);
    }

    // Reads the table as a whole, so row access policies refuse whoever lacks the TRUE filter.
    private Task<JsonObject?> List(Call call)
    {
        var table = world.Table(call);
        if (!access.MayRead(call.Caller, table))
        {
            throw ApiException.AccessDenied($"Table {table.LegacyName}: Permission bigquery.tables.getData denied");
        }

        if (table.ViewQuery is not null)
        {
            throw ApiException.Invalid($"Cannot list a table of type VIEW.");
        }

        if (
            table.Policies.Count > 0
            && !table.Policies.Exists(policy =>
                policy.IsTrue && policy.Grantees.Any(grantee => access.Includes(grantee, call.Caller))
            )
        )
        {
            throw ApiException.AccessDenied($"Table {table.LegacyName}: reading all rows needs the TRUE filter.");
        }

        var chosen = call.Text("selectedFields")?.Split(',');
        var columns = table
            .SqlColumns.Select((column, index) => (column.Name, column.Type, Index: index))
            .Where(column => chosen?.Contains(column.Name) is not false)
            .ToList();
        var format = Format(
            call.Text("formatOptions.useInt64Timestamp"),
            call.Text("formatOptions.timestampOutputFormat")
        );
        var (page, next) = Pages.Of(table.Rows, call, world.Options.PageLimit);
        var answer = new JsonObject
        {
            ["kind"] = "bigquery#tableDataList",
            ["etag"] = table.Etag,
            ["totalRows"] = table.Rows.Count.ToString(CultureInfo.InvariantCulture),
            ["rows"] = page.Select(row =>
                    Cell.RowToRest(
                        [.. columns.Select(column => row.Cells[column.Index])],
                        [.. columns.Select(column => (column.Name, column.Type))],
                        format
                    )
                )
                .ToJsonArray(),
        };
        if (next is not null)
        {
            answer["pageToken"] = next;
        }

        return Task.FromResult<JsonObject?>(answer);
    }

    internal static TimestampFormat Format(string? useInt64, string? format) =>
        format switch
        {
            "INT64" => TimestampFormat.Int64,
            "ISO8601_STRING" => TimestampFormat.Iso8601,
            _ => useInt64 is "true" ? TimestampFormat.Int64 : TimestampFormat.Float64,
        };

    private static JsonObject Error(int index, ApiException exception) =>
        new() { ["index"] = index, ["errors"] = new JsonArray(exception.ToErrorProto()) };
}
