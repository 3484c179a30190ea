using Confluent.Kafka;

namespace Governance.Masking.Kafka;

/// <summary>The one place where a client learns how to reach a broker and how to be let in.</summary>
public static class KafkaClients
{
    /// <summary>Completes a client's configuration: the broker's address, and what is needed to be let in.</summary>
    /// <param name="config">Everything else that the client wants.</param>
    /// <param name="endpoint">The broker.</param>
    /// <returns>The configuration itself.</returns>
    public static T For<T>(this T config, IKafkaEndpoint endpoint)
        where T : ClientConfig
    {
        endpoint.Configure(config);
        return config;
    }
}
