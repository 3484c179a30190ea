using System.Globalization;
using System.Text;
using System.Text.Json;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Ledger;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Access.Follow;

/// <summary>
/// Writes a feed as server-sent events (<see href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG HTML, 9.2</see>).
/// By hand, since ASP.NET's own result writes no comments, and a comment is what a heartbeat is.
/// </summary>
internal sealed class FollowAnswer(Following following, DateTimeOffset? tokenEnd) : IResult
{
    public const string ContentType = "text/event-stream";

    // Between two looks at the feed; each page is written and flushed as one.
    private const int PageSize = 200;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var hold = following.Hold;
        var services = httpContext.RequestServices;
        var time = services.GetRequiredService<TimeProvider>();
        var options = services.GetRequiredService<IOptions<FollowOptions>>().Value;
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        // Proxies that gather an answer before they pass it on would hold it for ever.
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        var rows = 0L;
        var code = "reader_left";
        try
        {
            (rows, code) = await WriteAsync(response, hold.Feed, options, time, count => rows = count);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The reader has left.
        }
        catch (TimeoutException)
        {
            code = FeedEnd.TooSlow.Code;
            httpContext.Abort();
        }
        finally
        {
            await RecordEndAsync(services, rows, code);
        }
    }

    private async Task<(long Rows, string Code)> WriteAsync(
        HttpResponse response,
        GrantFeed feed,
        FollowOptions options,
        TimeProvider time,
        // How many rows were written, also where writing breaks off.
        Action<long> count
    )
    {
        var stop = response.HttpContext.RequestAborted;
        var (place, rows) = (following.From, 0L);
        var text = new StringBuilder("retry: 2000\n\n");
        Event(text, "grant", Opening());
        if (following.IsGap)
        {
            Event(text, "gap", Gap());
        }

        await FlushAsync();
        while (true)
        {
            var page = feed.Read(place, PageSize);
            var end = page.End ?? (tokenEnd <= time.GetUtcNow() ? FeedEnd.SignedOut : null);
            if (end is not null)
            {
                Event(
                    text,
                    "end",
                    new
                    {
                        end.Code,
                        end.Detail,
                        end.Next,
                    }
                );
                await FlushAsync();
                return (rows, end.Code);
            }

            if (page.IsGap)
            {
                Event(text, "gap", Gap());
            }

            foreach (var row in page.Rows)
            {
                if (row.Json is null)
                {
                    Event(text, "gap", Gap());
                }
                else
                {
                    text.Append("id: ").Append(feed.IdOf(row.Place)).Append("\ndata: ").Append(row.Json).Append("\n\n");
                    rows++;
                }
            }

            place = page.Next;
            if (text.Length > 0)
            {
                await FlushAsync();
                count(rows);
            }
            else
            {
                await WaitAsync();
            }
        }

        async Task WaitAsync()
        {
            using var timer = new CancellationTokenSource(options.HeartbeatInterval, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
            try
            {
                await feed.ChangedAsync(place).WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                text.Append(": alive\n\n");
                await FlushAsync();
            }
        }

        async Task FlushAsync()
        {
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            text.Clear();
            await response.Body.WriteAsync(bytes, stop).AsTask().WaitAsync(options.WritePatience, time, stop);
            await response.Body.FlushAsync(stop).WaitAsync(options.WritePatience, time, stop);
        }
    }

    private object Opening() =>
        new
        {
            Grant = following.Grant.Id,
            following.Grant.Dataset,
            Columns = following.Grant.Plan.Names,
            following.Grant.Until,
            Complete = following.IsComplete,
        };

    private static object Gap() =>
        new
        {
            Code = "rows_missing",
            Next = "Read what was missed through the grant's view; what follows is whole again.",
        };

    private static void Event(StringBuilder text, string name, object data) =>
        text.Append(CultureInfo.InvariantCulture, $"event: {name}\n")
            .Append("data: ")
            .Append(JsonSerializer.Serialize(data, JsonSerializerOptions.Web))
            .Append("\n\n");

    // Never cancelled: what was seen stands there, also where its reader has left.
    private async Task RecordEndAsync(IServiceProvider services, long rows, string code) =>
        await services
            .GetRequiredService<ILedger>()
            .AppendAsync(
                new LedgerFact(
                    following.Grant.Person,
                    "grant.follow-ended",
                    $"grant/{following.Grant.Id}",
                    new LedgerDetails
                    {
                        { "dataset", following.Grant.Dataset },
                        { "view", following.Grant.ViewName },
                        { "rows", rows },
                        { "code", code },
                    }
                ),
                CancellationToken.None
            );
}
