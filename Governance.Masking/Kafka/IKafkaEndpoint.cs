namespace Governance.Masking.Kafka;

/// <summary>Where the broker is, and which log its offsets count in.</summary>
public interface IKafkaEndpoint
{
    /// <summary>Host and port, or several separated by commas.</summary>
    string BootstrapServers { get; }

    /// <summary>
    /// Names the log. Offsets of one name and those of another have nothing in common: a broker in memory that starts anew
    /// has a new name, unless it writes the very same records again.
    /// </summary>
    string SourceId { get; }
}
