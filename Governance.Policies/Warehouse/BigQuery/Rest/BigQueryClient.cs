using System.Globalization;
using System.Runtime.CompilerServices;
using Google;
using Google.Apis.Auth.OAuth2.Responses;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>
/// The calls of BigQuery's REST interface that the warehouse needs. Each is tried again after a transient fault, and does its work once
/// even so: what is created has a name of the caller's choosing, what is changed is named by its etag. Whatever is refused is a
/// <see cref="WarehouseException"/> that quotes no value.
/// </summary>
internal sealed partial class BigQueryClient : IDisposable
{
    private static readonly JsonSerializer Sent = JsonSerializer.Create(
        new JsonSerializerSettings { NullValueHandling = NullValueHandling.Ignore }
    );

    private readonly BigQueryService _service;
    private readonly TimeProvider _time;

    /// <summary>Makes one.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="access">Who the service is.</param>
    /// <param name="time">Clock of waits and time limits.</param>
    /// <param name="logger">Told of what is tried again.</param>
    /// <param name="jitter">From 0 to 1, which part of the longest wait is waited. Default: random.</param>
    public BigQueryClient(
        BigQueryOptions options,
        IGoogleAccess access,
        TimeProvider time,
        ILogger<BigQueryClient> logger,
        Func<double>? jitter = null
    )
    {
        Options = options;
        _time = time;
        _service = new BigQueryService(options, access.Http);
        Retry = new RetryPolicy(options.RetryBudget, time, logger, jitter);
    }

    public BigQueryOptions Options { get; }

    /// <summary>How long to wait between tries.</summary>
    public RetryPolicy Retry { get; }

    public void Dispose() => _service.Dispose();

    private static string PathOf(DatasetReference dataset, params string[] below) =>
        BigQueryCall.PathOf(["projects", dataset.ProjectId, "datasets", dataset.DatasetId, .. below]);

    private static string PathOf(TableReference table, params string[] below) =>
        PathOf(table.Dataset, ["tables", table.TableId, .. below]);

    private static List<KeyValuePair<string, string>> Parameters(
        params ReadOnlySpan<(string Name, string? Value)> parameters
    )
    {
        var given = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in parameters)
        {
            if (!string.IsNullOrEmpty(value))
            {
                given.Add(new(name, value));
            }
        }

        return given;
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private Task<T> CallAsync<T>(BigQueryCall call, CancellationToken cancellationToken) =>
        Retry.RunAsync(call.What, (_, token) => TryAsync<T>(call, token), cancellationToken);

    /// <summary>Nothing where it is not there.</summary>
    private async Task<T?> FindAsync<T>(BigQueryCall call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await CallAsync<T>(call, cancellationToken);
        }
        catch (WarehouseException exception) when (exception.Refusal.Kind is RefusalKind.Gone)
        {
            return null;
        }
    }

    /// <summary>
    /// Creates or changes. Where an answer was lost, the next try is refused, since the work is done (409, or 412 for an etag): then what
    /// is there is read and held against what was sent.
    /// </summary>
    private Task<T> WriteAsync<T>(
        BigQueryCall call,
        Func<CancellationToken, Task<T?>> read,
        CancellationToken cancellationToken
    )
        where T : class =>
        Retry.RunAsync(
            call.What,
            async (tries, token) =>
            {
                var outcome = await TryAsync<T>(call, token);
                if (
                    tries > 0
                    && outcome.Refusal is { Kind: RefusalKind.Changed }
                    && await read(token) is { } found
                    && SentFields.AreIn(JToken.FromObject(call.Body!, Sent), JToken.FromObject(found, Sent))
                )
                {
                    return new Try<T>(found);
                }

                return outcome;
            },
            cancellationToken
        );

    /// <summary>Removes; false where it was not there to begin with.</summary>
    private Task<bool> RemoveAsync(BigQueryCall call, CancellationToken cancellationToken) =>
        Retry.RunAsync(
            call.What,
            async (tries, token) =>
            {
                var outcome = await TryAsync<string>(call, token);
                return outcome.Refusal switch
                {
                    null => new Try<bool>(true),
                    // Gone after a try whose answer was lost: that one removed it.
                    { Kind: RefusalKind.Gone } => new Try<bool>(tries > 0),
                    _ => new Try<bool>(false, outcome.Refusal, outcome.Retry, outcome.RetryAfter),
                };
            },
            cancellationToken
        );

    private async Task<Try<T>> TryAsync<T>(BigQueryCall call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var request = new BigQueryRequest<T>(_service, call);
        try
        {
            return new Try<T>(await request.ExecuteAsync(either.Token));
        }
        catch (Exception exception) when (IsExpected(exception) && !cancellationToken.IsCancellationRequested)
        {
            var (refusal, retry) = BigQueryErrors.Read(exception, (int?)request.Status, call.What, _time.GetUtcNow());
            return new Try<T>(default, refusal, retry, request.RetryAfter);
        }
    }

    private static bool IsExpected(Exception exception) =>
        exception
            is GoogleApiException
                or HttpRequestException
                or IOException
                or OperationCanceledException
                or TokenResponseException
                or InvalidOperationException;

    private static async IAsyncEnumerable<T> PagesAsync<T>(
        Func<string?, Task<T>> read,
        Func<T, string?> next,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? token = null;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await read(token);
            yield return page;
            token = next(page);
        } while (!string.IsNullOrEmpty(token));
    }
}
