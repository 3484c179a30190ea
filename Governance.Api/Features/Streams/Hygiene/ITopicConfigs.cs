namespace Governance.Api.Features.Streams.Hygiene;

/// <summary>What the broker is set to, by topic.</summary>
internal interface ITopicConfigs
{
    /// <summary>Asks it. Every topic that was asked for is in the answer; a broker that does not answer is no throw.</summary>
    Task<IReadOnlyDictionary<string, TopicConfig>> ReadAsync(
        IReadOnlyCollection<string> topics,
        CancellationToken cancellationToken
    );
}

/// <summary>One topic's settings, or why they are not known.</summary>
/// <param name="Values">By Kafka's own names; <see langword="null"/> where the broker did not say.</param>
/// <param name="Unknown">Kafka's code of why it did not, such as <c>TopicAuthorizationFailed</c>.</param>
internal sealed record TopicConfig(IReadOnlyDictionary<string, string>? Values, string? Unknown)
{
    public static TopicConfig NotKnown(string code) => new(null, code);
}
