using Confluent.Kafka;

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

    /// <summary>
    /// Whether the broker keeps offsets that are sent in a transaction. librdkafka's mock cluster takes them and drops them: there they are
    /// committed once more behind the transaction, so that what was delivered can come twice, and is never lost. Default: it does.
    /// </summary>
    bool KeepsTransactions => true;

    /// <summary>
    /// Completes a client's configuration with what is needed to reach the broker and to be let in. Every client of the product goes through it
    /// (<see cref="KafkaClients.For"/>). Default: the address alone, without any security.
    /// </summary>
    void Configure(ClientConfig config) => config.BootstrapServers = BootstrapServers;

    /// <summary>
    /// Waits until the log holds at least what it held when positions in it were last committed. A broker in memory is filled
    /// again after its start; until then a stored position may lie beyond the log's end. Wait for it before consuming.
    /// </summary>
    Task WaitUntilFilledAsync(CancellationToken cancellationToken);
}
