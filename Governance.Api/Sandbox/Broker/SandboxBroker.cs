using Confluent.Kafka;
using Governance.Api.Sandbox.Generator;
using Governance.Masking.Kafka;

namespace Governance.Api.Sandbox.Broker;

/// <summary>
/// librdkafka's mock cluster inside this process. Any client on this machine can join it. It keeps 5 MB a partition and
/// loses all with the process; so each start is a new log, unless the generator writes the very same history again.
/// </summary>
internal sealed partial class SandboxBroker : IKafkaEndpoint, IDisposable
{
    private readonly TaskCompletionSource _filled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IProducer<byte[], byte[]> _host;

    public SandboxBroker(GeneratorState state, DemoSchemas schemas, ILogger<SandboxBroker> log)
    {
        SourceId = state.SourceId;
        var config = new ProducerConfig { ClientId = "sandbox-broker" };
        config.Set("test.mock.num.brokers", "1");

        // Without a handler the native library writes to the process's own output.
        _host = new ProducerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, message) => Said(log, message.Message))
            .SetErrorHandler((_, error) => Said(log, error.Reason))
            .Build();
        BootstrapServers = Start(schemas);
    }

    public string BootstrapServers { get; }

    public string SourceId { get; }

    public bool KeepsTransactions => false;

    public Task WaitUntilFilledAsync(CancellationToken cancellationToken) => _filled.Task.WaitAsync(cancellationToken);

    /// <summary>Says that the log holds what it should.</summary>
    public void MarkFilled() => _filled.TrySetResult();

    public void Dispose() => _host.Dispose();

    private string Start(DemoSchemas schemas)
    {
        using var admin = new DependentAdminClientBuilder(_host.Handle).Build();

        // Asking for a topic makes it, with four partitions: the cluster never answers a request to create one.
        foreach (var topic in schemas.Texts.Keys)
        {
            admin.GetMetadata(topic, TimeSpan.FromSeconds(10));
        }

        var broker = admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
        return $"{broker.Host}:{broker.Port}";
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The sandbox's broker says: {Text}")]
    private static partial void Said(ILogger log, string text);
}
