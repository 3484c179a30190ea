using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Governance.Masking.Kafka;

namespace Governance.Api.Features.Streams.Hygiene;

/// <summary>Asks Kafka (DescribeConfigs). It needs the right DescribeConfigs on the topics. Connects at first use.</summary>
internal sealed class KafkaTopicConfigs : ITopicConfigs, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Lazy<IAdminClient> _admin;

    public KafkaTopicConfigs(IServiceProvider services) =>
        _admin = new Lazy<IAdminClient>(() =>
            new AdminClientBuilder(
                new AdminClientConfig { ClientId = "governance-hygiene" }.For(
                    services.GetRequiredService<IKafkaEndpoint>()
                )
            )
                .SetLogHandler((_, _) => { })
                .SetErrorHandler((_, _) => { })
                .Build()
        );

    public async Task<IReadOnlyDictionary<string, TopicConfig>> ReadAsync(
        IReadOnlyCollection<string> topics,
        CancellationToken cancellationToken
    )
    {
        // One by one, at once: of many in one call, one that is refused would fail them all.
        var answers = await Task.WhenAll(topics.Select(topic => ReadAsync(topic, cancellationToken)));
        return topics.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    public void Dispose()
    {
        if (_admin.IsValueCreated)
        {
            _admin.Value.Dispose();
        }
    }

    private async Task<TopicConfig> ReadAsync(string topic, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _admin
                .Value.DescribeConfigsAsync(
                    [new ConfigResource { Type = ResourceType.Topic, Name = topic }],
                    new DescribeConfigsOptions { RequestTimeout = s_patience }
                )
                .WaitAsync(s_patience * 2, cancellationToken);
            return Of(found.Single());
        }
        catch (KafkaException exception)
        {
            return TopicConfig.NotKnown(exception.Error.Code.ToString());
        }
        catch (TimeoutException)
        {
            return TopicConfig.NotKnown(nameof(ErrorCode.Local_TimedOut));
        }
    }

    /// <summary>A topic's settings out of Kafka's answer; secret ones, which have no value, are left out.</summary>
    internal static TopicConfig Of(DescribeConfigsResult found) =>
        new(
            found
                .Entries.Values.Where(entry => entry is { IsSensitive: false, Value: not null })
                .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal),
            null
        );
}
