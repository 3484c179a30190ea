using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Jobs;
using Governance.Tests.Support.BigQuery.Policies;
using Microsoft.AspNetCore.Http;

namespace Governance.Tests.Support.BigQuery.Rest;

/// <summary>Reads requests, one at a time, holds them to what is published, and answers as Google's servers do.</summary>
internal sealed class RestServer(
    IReadOnlyList<Route> routes,
    PublishedFields fields,
    FaultPlan faults,
    Members members,
    JobRunner runner,
    JobMethods jobs,
    SemaphoreSlim gate
)
{
    // Parameters that every method takes. `fields` is one too, but partial answers are not modelled.
    private static readonly string[] Common = ["alt", "prettyPrint", "key", "quotaUser", "$alt"];

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (ApiException exception)
        {
            await WriteAsync(context, exception.Status, exception.ToBody());
        }
        catch (Exception exception) when (exception is InvalidOperationException or JsonException or FormatException)
        {
            // GetValue of another kind than was sent, or a fault of the stand-in: the text says which.
            await WriteAsync(context, 400, new ApiException(400, "parseError", exception.ToString()).ToBody());
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (route, path) = Find(context.Request);
        var caller =
            members.Of(context.Request.Headers.Authorization)
            ?? throw new ApiException(401, "required", "Request is missing required authentication credential.");
        var query = context.Request.Query.ToDictionary(
            item => item.Key,
            item => item.Value.ToString(),
            StringComparer.Ordinal
        );
        CheckQuery(route, query);
        var body = await BodyAsync(context.Request);
        CheckBody(route, body);
        var etag = context.Request.Headers.IfMatch.ToString();
        var call = new Call(route.Operation, path, query, body, caller, etag.Length is 0 ? null : etag);

        var fault = faults.Take(route.Operation);
        if (fault?.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fault.Delay);
        }

        if (fault?.LosesRequest is true)
        {
            context.Abort();
            return;
        }

        if (fault?.Answer is var (status, reason, message))
        {
            throw new ApiException(status, reason, message);
        }

        fault?.AltersRequest?.Invoke(body);
        JsonObject? answer;
        await gate.WaitAsync();
        try
        {
            await runner.SettleAsync();
            jobs.JobFault = fault;
            answer = await route.Handler(call);
        }
        catch (ApiException) when (fault?.LosesAnswer is true)
        {
            context.Abort();
            return;
        }
        finally
        {
            jobs.JobFault = null;
            gate.Release();
        }

        if (fault?.LosesAnswer is true)
        {
            context.Abort();
            return;
        }

        if (answer is not null && route.Response is not null && fields.Fault(answer, route.Response) is { } wrong)
        {
            throw new InvalidOperationException($"The stand-in's own answer is not one that is published: {wrong}");
        }

        if (answer is not null)
        {
            fault?.AltersAnswer?.Invoke(answer);
        }

        await WriteAsync(context, answer is null ? 204 : 200, answer);
    }

    // Not the 404 of the real servers, which an adapter could take for "gone".
    private (Route Route, IReadOnlyDictionary<string, string> Path) Find(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        foreach (var route in routes)
        {
            if (route.Match(request.Method, path) is { } found)
            {
                return (route, found);
            }
        }

        throw new ApiException(400, "unknownPath", $"The stand-in does not know {request.Method} {path}.");
    }

    private void CheckQuery(Route route, Dictionary<string, string> query)
    {
        var own = new JsonObject(
            query
                .Where(item => !Common.Contains(item.Key))
                .Select(item => KeyValuePair.Create<string, JsonNode?>(item.Key, JsonValue.Create(item.Value)))
        );
        var fault = route.Parameters is null
            ? own.Select(item => $"Unknown name \"{item.Key}\": Cannot bind query parameter.").FirstOrDefault()
            : fields.Fault(own, route.Parameters);
        if (fault is not null)
        {
            throw ApiException.Invalid(fault);
        }
    }

    private void CheckBody(Route route, JsonObject body)
    {
        var fault = route.Request is null
            ? body.Where(item => route.Fields?.Contains(item.Key) is not true)
                .Select(item => $"Invalid JSON payload received. Unknown name \"{item.Key}\": Cannot find field.")
                .FirstOrDefault()
            : fields.Fault(body, route.Request);
        if (fault is not null)
        {
            throw ApiException.Invalid(fault);
        }
    }

    private static async Task<JsonObject> BodyAsync(HttpRequest request)
    {
        var gzip = string.Equals(request.Headers.ContentEncoding, "gzip", StringComparison.OrdinalIgnoreCase);
        await using var stream = gzip ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync();
        try
        {
            return text.Length is 0
                ? []
                : JsonNode.Parse(text) as JsonObject ?? throw ApiException.Invalid("Not a JSON object.");
        }
        catch (JsonException)
        {
            throw new ApiException(400, "parseError", "Parse Error");
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, JsonObject? body)
    {
        context.Response.StatusCode = status;
        if (body is null)
        {
            return;
        }

        if (body["etag"]?.GetValue<string>() is { } etag)
        {
            context.Response.Headers.ETag = etag;
        }

        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(body.ToJsonString());
    }
}
