using Governance.Api.Configuration;
using Governance.Masking;
using Governance.Masking.Keys;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Keys;

/// <summary>Takes over a keyset that was rotated while the service runs; a faulty one is refused, and the one before stays in force.</summary>
internal sealed partial class KeysetReloader(
    TenantKeys keys,
    IOptions<KeysOptions> options,
    TimeProvider time,
    ILogger<KeysetReloader> logger
) : Worker
{
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ReloadInterval, time);
        string? told = null;
        var before = keys.Life;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // First: a changed keyset that is refused must not end the keys that are in use.
            await keys.ConfirmAsync(stoppingToken);
            Tell(before, keys.Life);
            before = keys.Life;
            try
            {
                if (await keys.ReloadAsync(stoppingToken))
                {
                    LogReloaded(keys.Generation, keys.PrimaryKeyId);
                }

                told = null;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A key service that is away, a file that somebody is just copying: it is tried again, and said once.
                var reason = exception is StartupException ? exception.Message : exception.GetType().Name;
                if (!string.Equals(reason, told, StringComparison.Ordinal))
                {
                    LogRefused(reason);
                    told = reason;
                }
            }
        }
    }

    private void Tell(KeyLifeState? before, KeyLifeState? now)
    {
        if (before is null || now is null)
        {
            return;
        }

        if (before.IsUsable && !now.IsUsable)
        {
            LogEnded(now.ConfirmedAt, now.Fault);
        }
        else if (before.MissedSince is null && now.MissedSince is not null)
        {
            LogMissed(now.EndsAt, now.Fault);
        }
        else if (before.MissedSince is not null && now.MissedSince is null)
        {
            LogConfirmed(now.EndsAt);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The keys, last confirmed at {ConfirmedAt:u}, may not be used any more: masking and revealing pause until they are confirmed: {Reason}"
    )]
    private partial void LogEnded(DateTimeOffset confirmedAt, string? reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The keys could not be confirmed; they are used until {EndsAt:u}: {Reason}"
    )]
    private partial void LogMissed(DateTimeOffset endsAt, string? reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The keys are confirmed again; they may be used until {EndsAt:u}"
    )]
    private partial void LogConfirmed(DateTimeOffset endsAt);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The keyset changed: generation {Generation}, primary key {PrimaryKeyId}"
    )]
    private partial void LogReloaded(int generation, uint primaryKeyId);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The changed keyset is refused, and the one before stays in force: {Reason}"
    )]
    private partial void LogRefused(string reason);
}
