using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Governance.Masking;
using Governance.Masking.Kafka;
using Microsoft.Extensions.Options;

namespace Governance.Api.Sandbox.Broker;

/// <summary>A broker that somebody else runs.</summary>
internal sealed class ConfiguredBroker : IKafkaEndpoint
{
    private readonly KafkaOptions _options;
    private readonly Lazy<string> _sourceId;

    public ConfiguredBroker(IOptions<KafkaOptions> options)
    {
        BootstrapServers =
            options.Value.BootstrapServers ?? throw new ArgumentException("No broker is configured.", nameof(options));
        KeepsTransactions = options.Value.KeepsTransactions;
        _options = options.Value;
        _sourceId = new Lazy<string>(() => options.Value.SourceId ?? ClusterId());
    }

    public string BootstrapServers { get; }

    public bool KeepsTransactions { get; }

    public string SourceId => _sourceId.Value;

    public void Configure(ClientConfig config) => _options.Configure(config);

    public Task WaitUntilFilledAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string ClusterId()
    {
        // A broker that does not let us in looks like one that is away; what the client says meanwhile tells them apart.
        ErrorCode? why = null;
        using var admin = new AdminClientBuilder(new AdminClientConfig().For(this))
            // Without a handler the native library writes to the process's own output.
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => why = Telling(error.Code) ?? why)
            .Build();
        try
        {
            var options = new DescribeClusterOptions { RequestTimeout = TimeSpan.FromSeconds(10) };
            return admin.DescribeClusterAsync(options).GetAwaiter().GetResult().ClusterId;
        }
        catch (KafkaException exception)
        {
            throw new StartupException(
                $"The broker {BootstrapServers} does not say its cluster's id ({why ?? exception.Error.Code}). {Next(why)}",
                exception
            );
        }
    }

    private static ErrorCode? Telling(ErrorCode code) =>
        code is ErrorCode.Local_Ssl or ErrorCode.Local_Authentication or ErrorCode.Local_Resolve ? code : null;

    private static string Next(ErrorCode? why) =>
        why switch
        {
            ErrorCode.Local_Ssl =>
                $"No TLS connection comes about: check {Setting(nameof(KafkaOptions.SslCaLocation))}, that the broker's certificate names this host, and that this is a port for TLS.",
            ErrorCode.Local_Authentication =>
                $"It does not let this service in: check {Setting(nameof(KafkaOptions.SaslMechanism))}, the user and its password.",
            _ => $"Check the address, or set {Setting(nameof(KafkaOptions.SourceId))}.",
        };

    private static string Setting(string name) => $"{KafkaOptions.SectionName}:{name}";
}
