using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Governance.Masking;
using Governance.Masking.Kafka;
using Microsoft.Extensions.Options;

namespace Governance.Api.Sandbox.Broker;

/// <summary>A broker that somebody else runs.</summary>
internal sealed class ConfiguredBroker : IKafkaEndpoint
{
    private readonly Lazy<string> _sourceId;

    public ConfiguredBroker(IOptions<KafkaOptions> options)
    {
        BootstrapServers =
            options.Value.BootstrapServers ?? throw new ArgumentException("No broker is configured.", nameof(options));
        KeepsTransactions = options.Value.KeepsTransactions;
        _sourceId = new Lazy<string>(() => options.Value.SourceId ?? ClusterId());
    }

    public string BootstrapServers { get; }

    public bool KeepsTransactions { get; }

    public string SourceId => _sourceId.Value;

    public Task WaitUntilFilledAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string ClusterId()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).Build();
        try
        {
            var options = new DescribeClusterOptions { RequestTimeout = TimeSpan.FromSeconds(10) };
            return admin.DescribeClusterAsync(options).GetAwaiter().GetResult().ClusterId;
        }
        catch (KafkaException exception)
        {
            throw new StartupException(
                $"The broker {BootstrapServers} does not say its cluster's id ({exception.Error.Code}). Check the address, or set {KafkaOptions.SectionName}:{nameof(KafkaOptions.SourceId)}.",
                exception
            );
        }
    }
}
