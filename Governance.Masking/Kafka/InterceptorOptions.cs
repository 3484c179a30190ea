using System.ComponentModel.DataAnnotations;

namespace Governance.Masking.Kafka;

/// <summary>Settings of the interceptor.</summary>
public sealed class InterceptorOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Governance:Interceptor";

    /// <summary>Whether this process consumes. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The Kafka consumer group. Default: <c>governance</c>.</summary>
    [Required]
    public string GroupId { get; set; } = "governance";

    /// <summary>At most so many events land in one transaction. Default: 5,000.</summary>
    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 5_000;

    /// <summary>How long a batch waits for more events after its first, in milliseconds. Default: 200.</summary>
    [Range(1, 60_000)]
    public int BatchWaitMilliseconds { get; set; } = 200;

    /// <summary>Events larger than this go to quarantine, in bytes. Default: 4 MiB.</summary>
    [Range(1_024, 64 * 1_024 * 1_024)]
    public int MaximumEventBytes { get; set; } = 4 * 1_024 * 1_024;

    /// <summary>
    /// The Kafka consumer group of what goes to masked topics. A way of its own: a topic that is full never holds up the warehouse, nor the
    /// other way round. Default: <see cref="GroupId"/> with <c>-topics</c> behind it.
    /// </summary>
    public string? TopicGroupId { get; set; }

    /// <summary>
    /// This member's name among those that write to masked topics; its transactional id is the topics' group with this name behind it. Give each
    /// its own and the same one at every start: then a start ends at once what a killed member left open, and a member that was taken
    /// for dead is fenced. Default: a random one at every start; what a killed one left open then ends with
    /// <see cref="TransactionTimeoutMilliseconds"/>.
    /// </summary>
    [RegularExpression("[A-Za-z0-9._-]{1,100}")]
    public string? MemberName { get; set; }

    /// <summary>How long the broker waits for a transaction before it aborts it, in milliseconds. Default: 60,000.</summary>
    [Range(5_000, 900_000)]
    public int TransactionTimeoutMilliseconds { get; set; } = 60_000;

    /// <summary>
    /// Events whose masked form is larger go to quarantine, in bytes: at most what the masked topic takes (<c>max.message.bytes</c>). Default:
    /// 1,000,000.
    /// </summary>
    [Range(1_024, 64 * 1_024 * 1_024)]
    public int MaximumMaskedBytes { get; set; } = 1_000_000;

    /// <summary>
    /// How long the group waits for a member that says nothing before its partitions go to the others, in milliseconds: after a kill they stand
    /// still for as long. Brokers take 6,000 and more, unless they are set otherwise. Default: 10,000.
    /// </summary>
    [Range(1_000, 300_000)]
    public int SessionTimeoutMilliseconds { get; set; } = 10_000;

    /// <summary>The longest pause between two tries of a batch that could not land, in milliseconds. Default: 30,000.</summary>
    [Range(1, 600_000)]
    public int MaximumRetryMilliseconds { get; set; } = 30_000;
}
