using Governance.Masking.Kafka;

namespace Governance.Api.Features.Streams;

/// <summary>Runs the interceptor for as long as the service runs.</summary>
internal sealed class InterceptorService(Interceptor interceptor, InterceptorOptions options) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Enabled ? interceptor.RunAsync(stoppingToken) : Task.CompletedTask;
}
