using System.Diagnostics.Metrics;
using Governance.Api.Configuration;
using Governance.Api.Storage;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Quarantine.Destroy;

/// <summary>Looks from time to time for events that have been kept for long enough. Of several processes one does.</summary>
internal sealed partial class QuarantineWorker(
    QuarantineDestruction destruction,
    ISharedLocks locks,
    TimeProvider time,
    IOptions<QuarantineOptions> options,
    ILogger<QuarantineWorker> logger
) : Worker
{
    private readonly Meter _meter = new(QuarantineCounts.MeterName);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var destroyed = _meter.CreateCounter<long>(
            "governance.quarantine.destroyed",
            "{record}",
            "Events that were destroyed because they had been kept for long enough"
        );
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await locks.RunAloneAsync(
                    "quarantine",
                    async held =>
                    {
                        foreach (var gone in await destruction.RunAsync(held))
                        {
                            LogDestroyed(gone.Events, gone.Topic, gone.Code);
                            destroyed.Add(gone.Events, new("topic", gone.Topic), new("code", gone.Code));
                        }
                    },
                    stoppingToken
                );
            }
            catch (Exception exception)
                when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception.GetType().Name);
            }

            await Task.Delay(options.Value.PollInterval, time, stoppingToken);
        }
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Count} events of {Topic} were destroyed that had stood in quarantine for long enough: {Code}"
    )]
    private partial void LogDestroyed(long count, string topic, string code);

    [LoggerMessage(
        LogLevel.Error,
        "Events that have stood in quarantine for long enough could not be destroyed: {Fault}. It is tried again."
    )]
    private partial void LogFailed(string fault);
}
