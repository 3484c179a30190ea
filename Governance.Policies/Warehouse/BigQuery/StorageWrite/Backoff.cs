using System.Security.Cryptography;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>Pauses between tries, until a budget is spent: each up to twice as long as the one before, by chance, so that writers part.</summary>
internal sealed class Backoff(WriteOptions options, TimeProvider time, TimeSpan budget)
{
    private const int Parts = 1_000;
    private readonly long _began = time.GetTimestamp();
    private TimeSpan _longest = options.FirstPause;

    /// <summary>Waits.</summary>
    /// <returns>Whether it is worth another try; false once the budget is spent.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_began) >= budget)
        {
            return false;
        }

        // Half of it at least, so that a fault has time to pass.
        var share = RandomNumberGenerator.GetInt32(Parts / 2, Parts + 1);
        await Task.Delay(_longest * share / Parts, time, cancellationToken);
        _longest = _longest * 2 < options.LongestPause ? _longest * 2 : options.LongestPause;
        return true;
    }
}
