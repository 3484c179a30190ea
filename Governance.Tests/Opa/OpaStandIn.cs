using System.Collections.Concurrent;
using System.Text;
using Governance.Policies.Decisions;
using Governance.Policies.Rego.Values;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Governance.Tests.Opa;

/// <summary>
/// Answers as OPA's REST API does (<see href="https://www.openpolicyagent.org/docs/rest-api"/>), on a real port: data by the policies,
/// conditions as a test says.
/// </summary>
internal sealed class OpaStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Asked> _asked = new();

    private OpaStandIn(WebApplication app) => _app = app;

    public sealed record Asked(string Target, string Accept, string Authorization, string Body, string Headers);

    /// <summary>Everything that was asked.</summary>
    public IReadOnlyList<Asked> Requests => [.. _asked];

    /// <summary>Where it listens.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>The policies that it decides by.</summary>
    public PolicySnapshot Policies { get; set; } = Decisions.DemoCatalog.Policies;

    /// <summary>The revision of the bundle that it says it has; none where it is null.</summary>
    public string? Revision { get; set; } = Decisions.DemoCatalog.Policies.Stamp.Hash;

    /// <summary>The answer of the compile API.</summary>
    public string Condition { get; set; } = "{}";

    /// <summary>In place of an answer, of whatever is asked.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    public static async Task<OpaStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var standIn = new OpaStandIn(app);
        app.Run(standIn.AnswerAsync);
        await app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var target = context.Request.Path + context.Request.QueryString;
        _asked.Enqueue(
            new Asked(
                target,
                context.Request.Headers.Accept.ToString(),
                context.Request.Headers.Authorization.ToString(),
                body,
                string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"))
            )
        );
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }

        var path = context.Request.Path.Value!;
        await (
            path == "/health" ? WriteAsync(context, "{}")
            : path.StartsWith("/v1/data/", StringComparison.Ordinal) ? WriteAsync(context, Data(path, body))
            : path.StartsWith("/v1/compile/", StringComparison.Ordinal) ? WriteAsync(context, Condition)
            : Task.CompletedTask
        );
    }

    private string Data(string path, string body)
    {
        var input = RegoValue.FromJson(body).Member("input");
        var value = Policies.Bundle.Evaluate("data." + path["/v1/data/".Length..].Replace('/', '.'), input);
        var bundles = Revision is null ? "" : ",\"bundles\":{\"governance\":{\"revision\":\"" + Revision + "\"}}";
        var result = value is null ? "" : ",\"result\":" + value.ToJson();
        return """{"decision_id":"5c1f2d1e-0000-4000-8000-000000000001","provenance":{"version":"1.8.0","build_commit":"abc","build_timestamp":"2025-08-29T12:00:00Z","build_host":"h" """
            + bundles
            + "}"
            + result
            + "}";
    }

    public static Task WriteAsync(HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }
}
