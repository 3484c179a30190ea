using Confluent.Kafka;
using Governance.Api.Features.Health;
using Governance.Masking.Kafka;

namespace Governance.Api.Sandbox.Broker;

/// <summary>Asks the broker for its brokers.</summary>
internal sealed class BrokerHealth : IHealthPart, IDisposable
{
    private readonly Lazy<IAdminClient> _admin;

    public BrokerHealth(IServiceProvider services)
    {
        _admin = new Lazy<IAdminClient>(() =>
            new AdminClientBuilder(new AdminClientConfig().For(services.GetRequiredService<IKafkaEndpoint>()))
                .SetLogHandler((_, _) => { })
                .SetErrorHandler((_, _) => { })
                .Build()
        );
    }

    public string Name => "broker";

    public async ValueTask<PartState> CheckAsync(CancellationToken cancellationToken)
    {
        var found = await Task.Run(() => _admin.Value.GetMetadata(TimeSpan.FromSeconds(1)), cancellationToken);
        return found.Brokers.Count > 0 ? PartState.Up : PartState.Down("It names no broker.");
    }

    public void Dispose()
    {
        if (_admin.IsValueCreated)
        {
            _admin.Value.Dispose();
        }
    }
}
