using System.ComponentModel.DataAnnotations;
using Confluent.Kafka;

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

    /// <summary>
    /// How the broker is spoken to: <c>PLAINTEXT</c>, <c>SSL</c>, <c>SASL_PLAINTEXT</c> or <c>SASL_SSL</c>. Default: PLAINTEXT; where the broker is not
    /// on the same machine, take one with SSL, for plain events go over that line.
    /// </summary>
    public string? SecurityProtocol { get; set; }

    /// <summary><c>PLAIN</c>, <c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>; needed with SASL. Default: none.</summary>
    public string? SaslMechanism { get; set; }

    /// <summary>User (or API key); needed with SASL. Default: none.</summary>
    public string? SaslUsername { get; set; }

    /// <summary>Password (or API secret); SASL needs it, here or in <see cref="SaslPasswordFile"/>. Default: none.</summary>
    public string? SaslPassword { get; set; }

    /// <summary>A file whose one line is the password; read anew for each client. Default: none.</summary>
    public string? SaslPasswordFile { get; set; }

    /// <summary>Certificates, PEM, of the authorities that sign brokers' certificates. Default: those that the system trusts.</summary>
    public string? SslCaLocation { get; set; }

    /// <summary>This service's own certificate, PEM, where the broker wants one; together with its key. Default: none.</summary>
    public string? SslCertificateLocation { get; set; }

    /// <summary>The private key of <see cref="SslCertificateLocation"/>, PEM. Default: none.</summary>
    public string? SslKeyLocation { get; set; }

    /// <summary>What opens <see cref="SslKeyLocation"/>, where it is encrypted; here or in <see cref="SslKeyPasswordFile"/>. Default: none.</summary>
    public string? SslKeyPassword { get; set; }

    /// <summary>A file whose one line opens the key. Default: none.</summary>
    public string? SslKeyPasswordFile { get; set; }

    /// <summary>
    /// Whether a broker's certificate must name its host. Default: true. Without it whoever has any certificate of the same authority passes for
    /// the broker. That the authority is a trusted one is checked always.
    /// </summary>
    public bool SslVerifyHostName { get; set; } = true;

    /// <summary>
    /// Completes a client's configuration: the broker's address, and what is needed to be let in. Files of secrets are read anew each time.
    /// </summary>
    /// <exception cref="IOException">A file of a secret is gone.</exception>
    public void Configure(ClientConfig config)
    {
        config.BootstrapServers = BootstrapServers;
        KafkaSecurity.Apply(this, config);
    }

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

        string[] others =
        [
            .. string.IsNullOrEmpty(SourceId) ? [] : (string[])[nameof(SourceId)],
            .. KafkaSecurity.NamesOf(this),
        ];
        if (!hasServers && others.Length > 0)
        {
            // Whoever names a log, or how to be let in, means a broker of their own: the sandbox's in its place would be a surprise.
            yield return new ValidationResult(
                $"It is missing, but {others[0]} is set. Name the broker too, or remove the other.",
                [nameof(BootstrapServers)]
            );
        }

        foreach (var fault in KafkaSecurity.Check(this))
        {
            yield return fault;
        }
    }
}
