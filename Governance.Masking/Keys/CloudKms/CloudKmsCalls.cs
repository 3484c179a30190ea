using System.Security.Cryptography;
using Google.Apis.Requests;

namespace Governance.Masking.Keys.CloudKms;

/// <summary>
/// Repeats calls: where KMS is away with growing, random pauses until the budget is spent, where a checksum does not match a few times.
/// </summary>
internal sealed class CloudKmsCalls(string key, TimeSpan requestTimeout, TimeSpan budget, TimeProvider time)
{
    private const int IntegrityAttempts = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    /// <summary>Calls, and checks the answer.</summary>
    /// <param name="make">Makes the request; one for each attempt.</param>
    /// <param name="read">Checks the answer and takes what is wanted from it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KeyMaterialException">It was refused, or no answer was intact.</exception>
    /// <exception cref="KeysUnavailableException">KMS is away.</exception>
    public async Task<TResult> RunAsync<TAnswer, TResult>(
        Func<ClientServiceRequest<TAnswer>> make,
        Func<TAnswer, TResult> read,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetTimestamp();
        var altered = 0;
        for (var attempt = 0; ; attempt++)
        {
            CloudKmsFault fault;
            try
            {
                using var timeout = new CancellationTokenSource(requestTimeout, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
                return read(await make().ExecuteAsync(either.Token));
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                if (CloudKmsFault.Of(exception, key) is not { } known)
                {
                    throw;
                }

                fault = known;
            }

            altered += fault.IsIntegrity ? 1 : 0;
            var pause = Pause(attempt);
            if (
                !fault.MayPass
                || (fault.IsIntegrity && altered >= IntegrityAttempts)
                || time.GetElapsedTime(started) + pause > budget
            )
            {
                throw fault.ToException();
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    // Half of it certain, half by chance: many processes that met the same outage must not come back together.
    private static TimeSpan Pause(int attempt)
    {
        var longest = Math.Min(
            FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 16)),
            LongestPause.TotalMilliseconds
        );
        return TimeSpan.FromMilliseconds(longest / 2 + RandomNumberGenerator.GetInt32((int)longest / 2 + 1));
    }
}
