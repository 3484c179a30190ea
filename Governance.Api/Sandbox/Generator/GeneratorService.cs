using Governance.Api.Configuration;
using Governance.Api.Sandbox.Broker;
using Governance.Masking.Kafka;
using Microsoft.Extensions.Options;

namespace Governance.Api.Sandbox.Generator;

/// <summary>Writes the history, waits until it has landed, opens the sandbox to other clients, and goes on live.</summary>
internal sealed partial class GeneratorService(
    GeneratorState state,
    IOptions<GeneratorOptions> options,
    DemoSchemas schemas,
    IKafkaEndpoint kafka,
    ISchemaRegistry registry,
    HistoryLanding landing,
    SandboxFile file,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILogger<GeneratorService> log
) : Worker
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // An earlier process may have left its own, which names ports that are gone.
        file.Remove();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        file.Remove();
        await base.StopAsync(cancellationToken);
        file.Remove();
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        // The registry's tables and the web server's address are there once everything has started.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
        {
            await started.Task.WaitAsync(stoppingToken);
        }

        if (!state.IsOn)
        {
            Open();
            return;
        }

        using var producer = await DemoProducer.OpenAsync(kafka, registry, schemas, stoppingToken);
        var world = new DemoWorld(state.History, schemas);
        if (!state.HistoryComplete)
        {
            await TellHistoryAsync(producer, world, stoppingToken);
        }

        Open();
        if (options.Value.EventsPerSecond > 0)
        {
            await GoOnAsync(producer, world, stoppingToken);
        }
    }

    private async Task TellHistoryAsync(DemoProducer producer, DemoWorld world, CancellationToken stop)
    {
        var ends = await producer.WriteAsync(world.History, stop);
        Wrote(log, world.History.Count);
        if (kafka is SandboxBroker broker)
        {
            broker.MarkFilled();
            await landing.WaitAsync(kafka.SourceId, ends, stop);
        }

        state.CompleteHistory();
        Landed(log);
    }

    private async Task GoOnAsync(DemoProducer producer, DemoWorld world, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / options.Value.EventsPerSecond), clock);
        foreach (var happening in world.Live(state.BeginSession(), clock))
        {
            await timer.WaitForNextTickAsync(stop);
            await producer.WriteAsync(happening, stop);
        }
    }

    private void Open()
    {
        (kafka as SandboxBroker)?.MarkFilled();
        file.Publish();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The generator wrote a history of {Count} events.")]
    private static partial void Wrote(ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The history has landed; live events begin.")]
    private static partial void Landed(ILogger log);
}
