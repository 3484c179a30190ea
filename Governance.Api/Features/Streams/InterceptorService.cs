using Governance.Api.Configuration;
using Governance.Masking.Kafka;

namespace Governance.Api.Features.Streams;

/// <summary>Runs the interceptor for as long as the service runs.</summary>
internal sealed class InterceptorService(
    Interceptor interceptor,
    InterceptorOptions options,
    // Made with it, so that its counts are there for whoever collects.
    StreamMetrics metrics
) : Worker
{
    protected override Task RunAsync(CancellationToken stoppingToken) =>
        options.Enabled ? interceptor.RunAsync(stoppingToken) : Task.CompletedTask;

    public override void Dispose()
    {
        metrics.Dispose();
        base.Dispose();
    }
}
