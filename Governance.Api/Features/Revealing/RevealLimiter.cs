using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Revealing;

/// <summary>A bucket of values for each person, which fills evenly.</summary>
internal sealed class RevealLimiter(IOptions<RevealOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _buckets = PartitionedRateLimiter.Create<string, string>(
        person => RateLimitPartition.GetTokenBucketLimiter(person, _ => Bucket(options.Value)),
        StringComparer.Ordinal
    );

    /// <summary>Takes values out of a person's bucket.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="values">How many.</param>
    /// <returns><see langword="null"/> where there were as many; else after how long to try again, and nothing was taken.</returns>
    public TimeSpan? Take(string person, int values)
    {
        using var lease = _buckets.AttemptAcquire(person, values);
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait
            : TimeSpan.FromMinutes(1);
    }

    /// <inheritdoc/>
    public void Dispose() => _buckets.Dispose();

    private static TokenBucketRateLimiterOptions Bucket(RevealOptions options) =>
        new()
        {
            TokenLimit = options.BurstValues,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / options.ValuesPerMinute,
            QueueLimit = 0,
        };
}
