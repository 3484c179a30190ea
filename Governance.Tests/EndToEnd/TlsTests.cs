using System.Security.Cryptography.X509Certificates;
using Confluent.Kafka;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>
/// A broker behind TLS that asks for user and password. The handshakes are real, with an authority of the tests' own; every client of the service
/// goes through them. SCRAM is not shown: what asks here, in front of the mock cluster, knows PLAIN alone.
/// </summary>
public sealed class TlsTests
{
    private const string Password = "correct-horse-battery";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Service_OfABrokerBehindTlsThatAsksForCertificateUserAndPassword_LandsAndDelivers()
    {
        using var authority = new OwnAuthority();
        using var mock = new MockBroker("customers", "customers.masked");
        await using var tls = new TlsBroker(
            mock.BootstrapServers,
            authority.Sign("127.0.0.1"),
            X509CertificateLoader.LoadCertificateFromFile(authority.Path),
            () => new SaslPlain("svc", Password)
        );
        var (certificate, key) = authority.SignFiles("service", "opens-the-key");
        using var folder = new TemporaryFolder();
        var secret = folder.File("secret");
        await File.WriteAllTextAsync(secret, "opens-the-key\n", TestContext.Current.CancellationToken);
        var password = folder.File("password");
        await File.WriteAllTextAsync(password, $"{Password}\n", TestContext.Current.CancellationToken);
        await using var host = await SandboxHost.StartAsync([
            $"--Governance:Kafka:BootstrapServers={tls.BootstrapServers}",
            "--Governance:Kafka:SourceId=a-log",
            "--Governance:Kafka:KeepsTransactions=false",
            "--Governance:Kafka:SecurityProtocol=SASL_SSL",
            "--Governance:Kafka:SaslMechanism=PLAIN",
            "--Governance:Kafka:SaslUsername=svc",
            $"--Governance:Kafka:SaslPasswordFile={password}",
            $"--Governance:Kafka:SslCaLocation={authority.Path}",
            $"--Governance:Kafka:SslCertificateLocation={certificate}",
            $"--Governance:Kafka:SslKeyLocation={key}",
            $"--Governance:Kafka:SslKeyPasswordFile={secret}",
        ]);
        using var client = new ServiceClient(host.Address);
        var yaml = await File.ReadAllTextAsync(
            Repository.PathOf("ops", "demo", "contracts", "customers.odcs.yaml"),
            TestContext.Current.CancellationToken
        );
        const string anchor = "      - property: onErasure\n";
        using (
            var put = await client.PutYamlAsync(
                "owner",
                "contracts/customers",
                yaml.Replace("version: 1.0.0", "version: 1.9.0", StringComparison.Ordinal)
                    .Replace(
                        anchor,
                        $"      - {{ property: delivery, value: {{ to: [warehouse, topic], key: customer_id }} }}\n{anchor}",
                        StringComparison.Ordinal
                    )
            )
        )
        {
            put.IsSuccessStatusCode.Should().BeTrue(await put.Content.ReadAsStringAsync());
        }

        // What comes here has come through no TLS: the tests' own producer stands beside the broker.
        using (var writer = new TopicWriter(mock.BootstrapServers))
        {
            writer.Send("customers", "C-1"u8.ToArray(), "not the wire format"u8.ToArray());
            writer.Send("customers", "C-1"u8.ToArray(), []);
            writer.Flush();
        }

        await Wait.UntilAsync(
            async () => await client.StreamTotalAsync("delivered") == 1 && (await client.QuarantineAsync()).Length > 0,
            "the tombstone is delivered, the other is in quarantine",
            seconds: 120
        );
        tls.Handshakes.Should().BeGreaterThan(2, "consumers and producer come in");
        using var ready = await host.Client.GetAsync("health/ready", TestContext.Current.CancellationToken);
        var state = await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ready.IsSuccessStatusCode.Should().BeTrue(state);
        host.Logs.Should()
            .NotContain(line =>
                line.Contains("opens-the-key", StringComparison.Ordinal)
                || line.Contains(Password, StringComparison.Ordinal)
            );
        host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers.Should().Be(tls.BootstrapServers);
    }

    [Theory]
    [InlineData("127.0.0.1", true, true, true)]
    [InlineData("127.0.0.1", false, true, false)]
    [InlineData("another.example", true, true, false)]
    [InlineData("another.example", true, false, true)]
    [InlineData("another.example", false, false, false)]
    public async Task Client_OfABrokerBehindTls_ComesInOnlyWhereItsCertificateIsRight(
        string host,
        bool isOfTheAuthority,
        bool verifiesName,
        bool comesIn
    )
    {
        using var authority = new OwnAuthority();
        using var other = new OwnAuthority();
        using var mock = new MockBroker("a");
        await using var tls = new TlsBroker(mock.BootstrapServers, authority.Sign(host));
        var options = new KafkaOptions
        {
            BootstrapServers = tls.BootstrapServers,
            SecurityProtocol = "SSL",
            SslCaLocation = isOfTheAuthority ? authority.Path : other.Path,
            SslVerifyHostName = verifiesName,
        };

        var (found, errors) = Ask(options);

        found.Should().Be(comesIn);
        (tls.Handshakes > 0).Should().Be(comesIn);
        errors.Contains(ErrorCode.Local_Ssl).Should().Be(!comesIn);
    }

    [Fact]
    public async Task Client_WithoutTheCertificateThatTheBrokerAsksFor_DoesNotComeIn()
    {
        using var authority = new OwnAuthority();
        using var mock = new MockBroker("a");
        await using var tls = new TlsBroker(
            mock.BootstrapServers,
            authority.Sign("127.0.0.1"),
            X509CertificateLoader.LoadCertificateFromFile(authority.Path)
        );
        var options = new KafkaOptions
        {
            BootstrapServers = tls.BootstrapServers,
            SecurityProtocol = "SSL",
            SslCaLocation = authority.Path,
        };

        Ask(options).Found.Should().BeFalse();
        tls.Refused.Should().BeGreaterThan(0);

        (options.SslCertificateLocation, options.SslKeyLocation) = authority.SignFiles("service");
        Ask(options).Found.Should().BeTrue();
    }

    [Theory]
    [InlineData("svc", Password, true)]
    [InlineData("svc", "another", false)]
    [InlineData("somebody", Password, false)]
    public async Task Client_OfABrokerThatAsksForUserAndPassword_ComesInWithTheRightOnes(
        string user,
        string password,
        bool comesIn
    )
    {
        using var authority = new OwnAuthority();
        using var mock = new MockBroker("a");
        await using var tls = new TlsBroker(
            mock.BootstrapServers,
            authority.Sign("127.0.0.1"),
            sasl: () => new SaslPlain("svc", Password)
        );
        var options = new KafkaOptions
        {
            BootstrapServers = tls.BootstrapServers,
            SecurityProtocol = "SASL_SSL",
            SaslMechanism = "PLAIN",
            SaslUsername = user,
            SaslPassword = password,
            SslCaLocation = authority.Path,
        };

        var (found, errors) = Ask(options);

        found.Should().Be(comesIn);
        errors.Contains(ErrorCode.Local_Authentication).Should().Be(!comesIn);
    }

    [Fact]
    public async Task Start_OfABrokerWithAForeignCertificate_SaysWhatToCheck()
    {
        using var authority = new OwnAuthority();
        using var other = new OwnAuthority();
        using var mock = new MockBroker("a");
        await using var tls = new TlsBroker(mock.BootstrapServers, authority.Sign("127.0.0.1"));
        await using var host = await SandboxHost.StartAsync([
            $"--Governance:Kafka:BootstrapServers={tls.BootstrapServers}",
            "--Governance:Kafka:SecurityProtocol=SSL",
            $"--Governance:Kafka:SslCaLocation={other.Path}",
            "--Governance:Interceptor:Enabled=false",
        ]);

        var ask = () => host.Services.GetRequiredService<IKafkaEndpoint>().SourceId;

        ask.Should()
            .Throw<Governance.Masking.StartupException>()
            .WithMessage($"*{tls.BootstrapServers}*Local_Ssl*Governance:Kafka:SslCaLocation*");
    }

    private static (bool Found, IReadOnlyCollection<ErrorCode> Errors) Ask(KafkaOptions options)
    {
        var errors = new System.Collections.Concurrent.ConcurrentBag<ErrorCode>();
        var config = new AdminClientConfig();
        options.Configure(config);
        using var admin = new AdminClientBuilder(config)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => errors.Add(error.Code))
            .Build();
        try
        {
            return (admin.GetMetadata(s_patience).Brokers.Count > 0, errors);
        }
        catch (KafkaException)
        {
            return (false, errors);
        }
    }
}
