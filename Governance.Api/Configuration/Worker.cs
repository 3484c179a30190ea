namespace Governance.Api.Configuration;

/// <summary>
/// Work that runs for as long as the service does. Being stopped is no failure: without this, a start that fails elsewhere
/// would be reported as a failure of every worker that it stops.
/// </summary>
internal abstract class Worker : BackgroundService
{
    /// <summary>The work; ends when it is asked to.</summary>
    protected abstract Task RunAsync(CancellationToken stoppingToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped, as asked.
        }
    }
}
