namespace Governance.Masking.Kafka;

/// <summary>A broker outside of this process.</summary>
public sealed class KafkaOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Governance:Kafka";

    /// <summary>Host and port, or several separated by commas. Default: none, the sandbox's own broker is used.</summary>
    public string? BootstrapServers { get; set; }

    /// <summary>
    /// Names the log that offsets count in. Default: the cluster's own id. Change it when topics were deleted and made anew,
    /// and never otherwise: positions in the warehouse are kept under this name.
    /// </summary>
    public string? SourceId { get; set; }
}
