using Governance.Api.Configuration;
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
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
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
                var reason = exception is KeyMaterialException ? exception.Message : exception.GetType().Name;
                if (!string.Equals(reason, told, StringComparison.Ordinal))
                {
                    LogRefused(reason);
                    told = reason;
                }
            }
        }
    }

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
