using Governance.Api.Configuration;
using Governance.Api.Storage;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Retention;

/// <summary>Looks from time to time whether a pass is due. Of several processes one runs it.</summary>
internal sealed partial class RetentionWorker(
    RetentionPasses passes,
    ISharedLocks locks,
    TimeProvider time,
    IOptions<RetentionOptions> options,
    ILogger<RetentionWorker> logger
) : Worker
{
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (options.Value.Enabled && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await locks.RunAloneAsync("retention", passes.RunDueAsync, stoppingToken);
            }
            catch (Exception exception)
                when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception.GetType().Name);
            }

            await Task.Delay(options.Value.PollInterval, time, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Error, "The retention worker failed: {Fault}. It looks again.")]
    private partial void LogFailed(string fault);
}
