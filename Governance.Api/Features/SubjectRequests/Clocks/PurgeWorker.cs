using Governance.Api.Configuration;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>Has the warehouse remove the bytes of deleted rows, where it does not do that by itself.</summary>
internal sealed partial class PurgeWorker(
    IWarehouse warehouse,
    WarehouseCopies copies,
    TimeProvider time,
    ILogger<PurgeWorker> logger
) : Worker
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(30);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await warehouse.PurgeAsync(now: false, stoppingToken))
                {
                    copies.Forget();
                    LogPurged();
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception.GetType().Name);
            }

            await Task.Delay(s_interval, time, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "The bytes of rows that were deleted are gone from the warehouse's file.")]
    private partial void LogPurged();

    [LoggerMessage(LogLevel.Error, "The bytes of deleted rows could not be removed: {Fault}. It is tried again.")]
    private partial void LogFailed(string fault);
}
