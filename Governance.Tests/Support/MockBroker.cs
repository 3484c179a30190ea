using Confluent.Kafka;

namespace Governance.Tests.Support;

/// <summary>librdkafka's mock cluster, which any client on this machine can join.</summary>
internal sealed class MockBroker : IDisposable
{
    private readonly IProducer<byte[], byte[]> _host;

    /// <summary>Starts it.</summary>
    /// <param name="topics">Topics to make.</param>
    public MockBroker(params IEnumerable<string> topics)
    {
        var config = new ProducerConfig { ClientId = "mock-broker" };
        config.Set("test.mock.num.brokers", "1");
        _host = new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(_host.Handle).Build();
        foreach (var topic in topics)
        {
            admin.GetMetadata(topic, TimeSpan.FromSeconds(10));
        }

        var broker = admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
        BootstrapServers = $"{broker.Host}:{broker.Port}";
    }

    public string BootstrapServers { get; }

    public void Dispose() => _host.Dispose();
}
