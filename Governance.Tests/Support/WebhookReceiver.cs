using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Governance.Tests.Support;

/// <summary>A recipient on this machine: keeps what it is sent, and answers as told.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(int Status, string? Location)> _answers = new();

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Its address.</summary>
    public string Url => $"{_app.Urls.Single()}/hooks";

    /// <summary>What it was sent, in order.</summary>
    public ConcurrentQueue<ReceivedCall> Calls { get; } = new();

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The next answers; after them it answers 200.</summary>
    public void Answer(params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            _answers.Enqueue((status, status / 100 == 3 ? $"{_app.Urls.Single()}/elsewhere" : null));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Calls.Enqueue(
            new ReceivedCall(
                context.Request.Method,
                context.Request.Path,
                context.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                body
            )
        );
        if (_answers.TryDequeue(out var answer))
        {
            context.Response.StatusCode = answer.Status;
            if (answer.Location is { } location)
            {
                context.Response.Headers.Location = location;
            }
        }
    }
}

/// <summary>One call.</summary>
internal sealed record ReceivedCall(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    string Body
);
