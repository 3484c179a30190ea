using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;

namespace Governance.Tests.Support;

/// <summary>Server-sent events as they come, one after the other; comments, too.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<StreamedEvent> _events = Channel.CreateUnbounded<StreamedEvent>();
    private readonly MemoryStream _bytes = new();
    private readonly Task _reading;
    private bool _isClosed;

    private EventStream(HttpResponseMessage response)
    {
        _response = response;
        _reading = ReadAsync();
    }

    /// <summary>All that has come, to the byte.</summary>
    public byte[] Bytes
    {
        get
        {
            lock (_bytes)
            {
                return _bytes.ToArray();
            }
        }
    }

    /// <summary>Opens one, and expects that it opens.</summary>
    public static async Task<EventStream> OpenAsync(HttpClient client, string path, string? lastEventId = null)
    {
        var response = await SendAsync(client, path, lastEventId);
        response.IsSuccessStatusCode.Should().BeTrue("{0} answers {1}", path, response.StatusCode);
        response.Content.Headers.ContentType.Should().Be(new MediaTypeHeaderValue("text/event-stream"));
        return new EventStream(response);
    }

    /// <summary>Asks for one.</summary>
    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The next event.</summary>
    public async Task<StreamedEvent> NextAsync(int seconds = 120) =>
        await _events.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>The next event with a name; a row's is <c>message</c>.</summary>
    public async Task<StreamedEvent> NextAsync(string name)
    {
        var next = await NextAsync();
        next.Name.Should().Be(name, "{0}", next);
        return next;
    }

    /// <summary>Waits until the server has closed it.</summary>
    public Task ClosedAsync() => _reading.WaitAsync(TimeSpan.FromSeconds(120));

    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        await _stop.CancelAsync();
        await _reading;
        _response.Dispose();
        _stop.Dispose();
        await _bytes.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            await using var stream = await _response.Content.ReadAsStreamAsync(_stop.Token);
            var (buffer, text) = (new byte[4096], new StringBuilder());
            for (int read; (read = await stream.ReadAsync(buffer, _stop.Token)) > 0; )
            {
                lock (_bytes)
                {
                    _bytes.Write(buffer, 0, read);
                }

                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
                Take(text);
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            // Closed, by either side.
        }
        finally
        {
            _events.Writer.TryComplete();
        }
    }

    private void Take(StringBuilder text)
    {
        for (int end; (end = text.ToString().IndexOf("\n\n", StringComparison.Ordinal)) >= 0; )
        {
            var (name, id, data) = ("message", (string?)null, new List<string>());
            foreach (var line in text.ToString(0, end).Split('\n'))
            {
                var at = line.IndexOf(':', StringComparison.Ordinal);
                var value = line[(at + 1)..].TrimStart(' ');
                switch (line[..at])
                {
                    case "":
                        name = "comment";
                        data.Add(value);
                        break;
                    case "event":
                        name = value;
                        break;
                    case "id":
                        id = value;
                        break;
                    case "data":
                        data.Add(value);
                        break;
                    default:
                        name = line[..at];
                        break;
                }
            }

            text.Remove(0, end + 2);
            if (name != "retry")
            {
                _events.Writer.TryWrite(new StreamedEvent(name, id, string.Join('\n', data)));
            }
        }
    }
}

/// <summary>An event.</summary>
internal sealed record StreamedEvent(string Name, string? Id, string Data);
