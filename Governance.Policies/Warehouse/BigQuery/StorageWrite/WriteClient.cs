using Governance.Policies.Warehouse.BigQuery.StorageWrite.Wire;
using Grpc.Core;
using Grpc.Net.Client;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>
/// The BigQuery Storage Write API. https://cloud.google.com/bigquery/docs/write-api
/// </summary>
internal sealed class WriteClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly BigQueryWrite.BigQueryWriteClient _client;
    private readonly Func<CancellationToken, Task<string>> _token;
    private readonly TimeProvider _time;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="options">How it writes.</param>
    /// <param name="token">The bearer token of the service's own account.</param>
    /// <param name="time">The clock of retries.</param>
    /// <exception cref="ArgumentException">The endpoint has no TLS, and is not this machine.</exception>
    public WriteClient(WriteOptions options, Func<CancellationToken, Task<string>> token, TimeProvider time)
    {
        if (options.Endpoint.Scheme != Uri.UriSchemeHttps && !options.Endpoint.IsLoopback)
        {
            throw new ArgumentException(
                $"{options.Endpoint} has no TLS: a token is sent over https alone.",
                nameof(options)
            );
        }

        Options = options;
        _token = token;
        _time = time;
        _channel = GrpcChannel.ForAddress(
            options.Endpoint,
            new GrpcChannelOptions
            {
                HttpHandler = new SocketsHttpHandler
                {
                    EnableMultipleHttp2Connections = true,
                    KeepAlivePingDelay = TimeSpan.FromSeconds(60),
                    KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
                },
                DisposeHttpClient = true,
            }
        );
        _client = new BigQueryWrite.BigQueryWriteClient(_channel);
    }

    public WriteOptions Options { get; }

    public Backoff Backoff(TimeSpan budget) => new(Options, _time, budget);

    /// <summary>A token that ends when an answer is overdue.</summary>
    public CancellationTokenSource Overdue() => new(Options.AnswerTimeout, _time);

    /// <summary>Makes a write stream.</summary>
    /// <param name="table"><c>projects/{project}/datasets/{dataset}/tables/{table}</c>.</param>
    /// <param name="type">Committed, whose rows are seen at once, or pending, whose rows are not seen before they are committed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<string> CreateAsync(
        string table,
        WriteStream.Types.Type type,
        CancellationToken cancellationToken
    )
    {
        var request = new CreateWriteStreamRequest
        {
            Parent = table,
            WriteStream = new WriteStream { Type = type },
        };
        var stream = await CallAsync(
            table,
            $"parent={Uri.EscapeDataString(table)}",
            options => _client.CreateWriteStreamAsync(request, options),
            cancellationToken
        );
        return stream.Name;
    }

    /// <summary>Ends a write stream: nothing is appended to it any more.</summary>
    /// <returns>Rows that were appended to it; <see langword="null"/> where BigQuery knows the stream no more.</returns>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<long?> FinalizeAsync(string stream, CancellationToken cancellationToken)
    {
        var request = new FinalizeWriteStreamRequest { Name = stream };
        try
        {
            var answer = await CallAsync(
                stream,
                $"name={Uri.EscapeDataString(stream)}",
                options => _client.FinalizeWriteStreamAsync(request, options),
                cancellationToken
            );
            return answer.RowCount;
        }
        catch (WarehouseException exception) when (exception.Refusal.Kind is RefusalKind.Gone)
        {
            return null;
        }
    }

    /// <summary>Opens a connection to a stream.</summary>
    public async Task<AppendConnection> OpenAsync(string stream, CancellationToken cancellationToken)
    {
        var options = await OptionsAsync($"write_stream={Uri.EscapeDataString(stream)}", cancellationToken);
        return new AppendConnection(_client.AppendRows(options));
    }

    public void Dispose() => _channel.Dispose();

    private async Task<T> CallAsync<T>(
        string entity,
        string routing,
        Func<CallOptions, AsyncUnaryCall<T>> call,
        CancellationToken cancellationToken
    )
    {
        for (var backoff = Backoff(Options.RetryBudget); ; )
        {
            using var overdue = Overdue();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, cancellationToken);
            try
            {
                var options = await OptionsAsync(routing, cancellationToken);
                using var running = call(options.WithCancellationToken(either.Token));
                return await running;
            }
            catch (RpcException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!WriteFaults.IsTransient(exception.StatusCode) || !await backoff.WaitAsync(cancellationToken))
                {
                    throw WriteFaults.Exception(exception.StatusCode, TableOf(entity));
                }
            }
        }
    }

    // The header by which Google's front ends find the region. https://google.aip.dev/client-libraries/4222
    private async Task<CallOptions> OptionsAsync(string routing, CancellationToken cancellationToken) =>
        new(
            new Metadata
            {
                { "authorization", $"Bearer {await _token(cancellationToken)}" },
                { "x-goog-request-params", routing },
            }
        );

    /// <summary>The name of a table out of the path of itself, or of a stream.</summary>
    public static string TableOf(string path) =>
        path.Split('/') is ["projects", _, "datasets", _, "tables", var table, ..] ? table : path;
}
