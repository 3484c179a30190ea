using Governance.Api.Configuration;
using Governance.Api.Features.Keys;
using Governance.Masking;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Receipts.Signing;

/// <summary>Takes over signing keys that were rotated while the service runs.</summary>
internal sealed partial class ReceiptKeysReloader(
    ReceiptKeys keys,
    IOptions<KeysOptions> options,
    TimeProvider time,
    ILogger<ReceiptKeysReloader> logger
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
                    LogReloaded(keys.Active.KeyId);
                }

                told = null;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                var reason = exception is StartupException ? exception.Message : exception.GetType().Name;
                if (!string.Equals(reason, told, StringComparison.Ordinal))
                {
                    LogRefused(reason);
                    told = reason;
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Receipts are signed by the key {Kid} now")]
    private partial void LogReloaded(string kid);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The changed keys of receipts are refused, and the ones before stay in force: {Reason}"
    )]
    private partial void LogRefused(string reason);
}
