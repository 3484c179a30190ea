using System.Security.Cryptography;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Governance.Masking.Kafka;

/// <summary>Opens producers to masked topics under this member's transactional ids.</summary>
public sealed partial class MaskedProducers(
    IKafkaEndpoint broker,
    InterceptorOptions options,
    TimeProvider time,
    ILogger<MaskedProducers> logger
)
{
    private readonly string _member = options.MemberName ?? RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>The consumer group of what goes to masked topics.</summary>
    public string GroupId => options.TopicGroupId ?? $"{options.GroupId}-topics";

    /// <summary>A producer of the stream; one at a time.</summary>
    internal MaskedProducer OpenForStream() => Open("stream");

    /// <summary>A producer of a replay; one at a time.</summary>
    internal MaskedProducer OpenForReplay() => Open("replay");

    private MaskedProducer Open(string use) =>
        new(broker, options, $"{GroupId}-{use}-{_member}", time, code => LogBroker(code));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka, masked topics: {Code}")]
    private partial void LogBroker(ErrorCode code);
}
