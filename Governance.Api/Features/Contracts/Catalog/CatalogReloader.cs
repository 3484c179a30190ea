using Governance.Api.Configuration;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Contracts.Catalog;

/// <summary>Takes over contracts that other processes publish.</summary>
internal sealed partial class CatalogReloader(
    ICatalogRefresh contracts,
    IOptions<ContractsOptions> options,
    TimeProvider time,
    ILogger<CatalogReloader> logger
) : Worker
{
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RefreshInterval, time);
        string? told = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await contracts.RefreshAsync(stoppingToken);
                told = null;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                var reason = exception is StoredContractsException ? exception.Message : exception.GetType().Name;
                if (!string.Equals(reason, told, StringComparison.Ordinal))
                {
                    LogRefused(reason);
                    told = reason;
                }
            }
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "What other processes published cannot be taken over, and the contracts before stay in force: {Reason}"
    )]
    private partial void LogRefused(string reason);
}
