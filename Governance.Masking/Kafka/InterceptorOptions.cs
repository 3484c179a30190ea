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

    /// <summary>The longest pause between two tries of a batch that could not land, in milliseconds. Default: 30,000.</summary>
    [Range(1, 600_000)]
    public int MaximumRetryMilliseconds { get; set; } = 30_000;
}
