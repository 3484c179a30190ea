using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>
/// Tries a call again after a transient fault: exponential backoff with full jitter, never sooner than the service asks for, until the
/// budget is used up. https://cloud.google.com/bigquery/docs/reference/rest/v2#retries
/// </summary>
internal sealed partial class RetryPolicy(
    TimeSpan budget,
    TimeProvider time,
    ILogger logger,
    Func<double>? jitter = null
)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(32);
    private readonly Func<double> _jitter = jitter ?? Random;

    /// <summary>Runs a call to its end.</summary>
    /// <param name="what">What it is about, for the log.</param>
    /// <param name="attempt">One try; its argument says how many went before.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="WarehouseException">It was refused, or not done within the budget.</exception>
    public async Task<T> RunAsync<T>(
        string what,
        Func<int, CancellationToken, Task<Try<T>>> attempt,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            var outcome = await attempt(tries, cancellationToken);
            if (outcome.Refusal is not { } refusal)
            {
                return outcome.Value!;
            }

            var delay = Delay(tries, outcome.RetryAfter);
            if (!outcome.Retry || time.GetElapsedTime(started) + delay >= budget)
            {
                throw new WarehouseException(refusal);
            }

            LogRetry(logger, what, refusal.Code, tries + 1, delay);
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    /// <summary>How long the given number of failed tries waits: anything up to a limit that doubles each time.</summary>
    public TimeSpan Delay(int tries, string? retryAfter = null)
    {
        var limit = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(tries, 16)));
        var delay = TimeSpan.FromSeconds(limit * _jitter());
        return Asked(retryAfter) is { } asked && asked > delay ? asked : delay;
    }

    // Seconds, or a moment (RFC 9110, 10.2.3).
    private TimeSpan? Asked(string? retryAfter) =>
        int.TryParse(retryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
        : DateTimeOffset.TryParse(
            retryAfter,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var moment
        )
            ? moment - time.GetUtcNow()
        : null;

    private static double Random() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "BigQuery: {What} is tried again after {Tries} tries ({Code}), in {Delay}."
    )]
    private static partial void LogRetry(ILogger logger, string what, string code, int tries, TimeSpan delay);
}

/// <summary>What came of one try.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Refusal">Why there is none.</param>
/// <param name="Retry">Whether another try may do.</param>
/// <param name="RetryAfter">What the service asked for, as its header says it.</param>
internal readonly record struct Try<T>(
    T? Value,
    Refusal? Refusal = null,
    bool Retry = false,
    string? RetryAfter = null
);
