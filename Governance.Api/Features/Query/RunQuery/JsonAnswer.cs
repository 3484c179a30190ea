using System.Globalization;
using System.Text.Json;
using Apache.Arrow;
using Governance.Api.Http;

namespace Governance.Api.Features.Query.RunQuery;

/// <summary>
/// Rows as JSON objects: <c>{id, datasets, columns: [{name, type}], rows: [{…}], rowCount, complete, problem?}</c>. Written batch by batch, so
/// what stops the query is only known at the end: then <c>complete</c> is false, and <c>problem</c> says why.
/// </summary>
internal sealed class JsonAnswer(RunningQuery query) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var running = query;
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["Query-Id"] = query.Id.ToString();
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        var names = Names(query.Schema);
        json.WriteStartObject();
        json.WriteString("id", query.Id);
        json.WriteStartArray("datasets");
        foreach (var dataset in query.Datasets)
        {
            json.WriteStringValue(dataset);
        }

        json.WriteEndArray();
        json.WriteStartArray("columns");
        for (var at = 0; at < names.Length; at++)
        {
            json.WriteStartObject();
            json.WriteString("name", names[at]);
            json.WriteString("type", query.Schema.GetFieldByIndex(at).DataType.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("rows");
        long count = 0;
        await foreach (var batch in query.ReadAsync(httpContext.RequestAborted))
        {
            using var held = batch;
            count += batch.Length;
            Rows(json, batch, names);
            await json.FlushAsync(httpContext.RequestAborted);
            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }

        json.WriteEndArray();
        json.WriteNumber("rowCount", count);
        json.WriteBoolean("complete", query.Stopped is null);
        if (query.Stopped is { } stopped)
        {
            json.WriteStartObject("problem");
            json.WriteString("code", stopped.Code);
            json.WriteString("detail", stopped.Message);
            json.WriteString("next", stopped.Next);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        await json.FlushAsync(httpContext.RequestAborted);
    }

    private static void Rows(Utf8JsonWriter json, RecordBatch batch, string[] names)
    {
        IArrowArray[] columns = [.. batch.Arrays];
        for (var row = 0; row < batch.Length; row++)
        {
            json.WriteStartObject();
            for (var at = 0; at < columns.Length; at++)
            {
                json.WritePropertyName(names[at]);
                ArrowJson.Write(json, columns[at], row);
            }

            json.WriteEndObject();
        }
    }

    // As DuckDB names them in a subquery: a, a_1.
    private static string[] Names(Schema schema)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. schema.FieldsList.Select(field =>
            {
                var name = field.Name;
                for (var number = 1; !taken.Add(name); number++)
                {
                    name = string.Create(CultureInfo.InvariantCulture, $"{field.Name}_{number}");
                }

                return name;
            }),
        ];
    }
}
