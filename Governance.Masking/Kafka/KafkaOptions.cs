using System.ComponentModel.DataAnnotations;

namespace Governance.Masking.Kafka;

/// <summary>A broker outside of this process.</summary>
public sealed class KafkaOptions : IValidatableObject
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

    /// <summary>
    /// Whether the broker keeps offsets that are sent in a transaction. Default: true, as every Kafka since 2.5 does. False is for
    /// librdkafka's mock cluster, which drops them: positions are committed behind the transaction then, so that a kill between the two
    /// delivers again what was delivered.
    /// </summary>
    public bool KeepsTransactions { get; set; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var hasServers = !string.IsNullOrWhiteSpace(BootstrapServers);
        if (hasServers && BootstrapServers!.Split(',').Any(server => string.IsNullOrWhiteSpace(server)))
        {
            yield return new ValidationResult(
                "It holds an empty name: write host:port, or several with commas between.",
                [nameof(BootstrapServers)]
            );
        }

        if (!hasServers && !string.IsNullOrEmpty(SourceId))
        {
            // Whoever names a log means a broker of their own: the sandbox's in its place would be a surprise.
            yield return new ValidationResult(
                $"It is missing, but {nameof(SourceId)} is set. Name the broker too, or remove the other.",
                [nameof(BootstrapServers)]
            );
        }
    }
}
