using Governance.Masking.Keys;

namespace Governance.Masking.Vault;

/// <summary>
/// Wraps every subject key of a vault by the keyset's primary, so that older keys are needed no more. Works in batches beside a
/// running service; whoever stops it goes on where it was by running it again.
/// </summary>
/// <param name="vault">The vault.</param>
/// <param name="keys">The tenant's keys.</param>
public sealed class VaultRewrap(IWrappedKeys vault, TenantKeys keys)
{
    private const int BatchSize = 1000;

    /// <summary>Wraps what another key than the primary wraps.</summary>
    /// <param name="progress">Told how many are done, after each batch.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public async Task<RewrapReport> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var report = new RewrapReport(0, 0);
        IdentifierKey? after = null;
        while (true)
        {
            var rows = await vault.FindNotWrappedByAsync(keys.PrimaryKeyId, after, BatchSize, cancellationToken);
            if (rows.Count == 0)
            {
                return report;
            }

            var rewrapped = new List<RewrappedKey>(rows.Count);
            foreach (var row in rows)
            {
                if (keys.RewrapSubjectKey(row.Key, row.Surrogate, row.WrappedKey) is { } wrapped)
                {
                    rewrapped.Add(new RewrappedKey(row.Key, row.WrappedKey, wrapped));
                }
            }

            var replaced = await vault.ReplaceAsync(rewrapped, cancellationToken);
            report = new RewrapReport(report.Rewrapped + replaced, report.Unreadable + rows.Count - rewrapped.Count);
            progress?.Report(report.Rewrapped);
            after = rows[^1].Key;
        }
    }
}

/// <summary>What wrapping anew gave.</summary>
/// <param name="Rewrapped">Rows that the primary wraps now.</param>
/// <param name="Unreadable">Rows that could not be opened: their key is retired or gone, or they are not of this keyset.</param>
public sealed record RewrapReport(long Rewrapped, long Unreadable);
