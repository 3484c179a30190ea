using Governance.Api.Configuration;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Restore;

/// <summary>
/// Looks again, while the service runs, whether anything that was erased is back: once a day over all past erasures, and once more for a
/// new one when the warehouse's streaming window has passed, in which rows may have come to light that no statement could see.
/// </summary>
internal sealed partial class ResidueProbe(
    IStateStore state,
    RestoreCheck check,
    ISharedLocks locks,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options,
    ILogger<ResidueProbe> logger
) : Worker
{
    // The check at start has just looked.
    private DateTimeOffset _last = time.GetUtcNow();

    /// <summary>Looks, if it is time to.</summary>
    /// <returns>Whether it has looked.</returns>
    public async Task<bool> RunDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await IsDueAsync(now, cancellationToken))
        {
            return false;
        }

        await using var claim = await locks.TryTakeAsync("residue-probe", cancellationToken);
        if (claim is not null)
        {
            await check.RunAsync(cancellationToken);
        }

        // Where another process has the lock, it looks.
        _last = now;
        return claim is not null;
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.Value.PollInterval, time, stoppingToken);
            try
            {
                await RunDueAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Tried again at the next look.
                LogFailed(exception.GetType().Name);
            }
        }
    }

    private async Task<bool> IsDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now - _last >= options.Value.ProbeInterval)
        {
            return true;
        }

        var (from, to) = (_last - options.Value.StreamingWindow, now - options.Value.StreamingWindow);
        return await state.ReadAsync(
            db =>
                db.Set<ErasedIdentifier>()
                    .AnyAsync(one => one.ErasedAt > from && one.ErasedAt <= to, cancellationToken),
            cancellationToken
        );
    }

    [LoggerMessage(LogLevel.Error, "The probe for residue of past erasures failed: {Fault}. It looks again.")]
    private partial void LogFailed(string fault);
}
