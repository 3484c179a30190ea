using Apache.Arrow.Ipc;

namespace Governance.Api.Features.Query.RunQuery;

/// <summary>Rows as an Arrow IPC stream. Where the query is stopped, the connection breaks off before the stream's end.</summary>
internal sealed class ArrowAnswer(RunningQuery query) : IResult
{
    public const string ContentType = "application/vnd.apache.arrow.stream";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var running = query;
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers["Query-Id"] = query.Id.ToString();
        using var writer = new ArrowStreamWriter(response.Body, query.Schema, leaveOpen: true);
        await writer.WriteStartAsync(httpContext.RequestAborted);
        await foreach (var batch in query.ReadAsync(httpContext.RequestAborted))
        {
            using var held = batch;
            await writer.WriteRecordBatchAsync(batch, httpContext.RequestAborted);
        }

        if (query.Stopped is not null)
        {
            httpContext.Abort();
            return;
        }

        await writer.WriteEndAsync(httpContext.RequestAborted);
    }
}
