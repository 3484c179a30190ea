using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Governance.Masking.Kafka;
using Governance.Tests.Support;

namespace Governance.Tests.Kafka;

/// <summary>How clients are let in by a broker: what is refused at start, and what a client is told.</summary>
public sealed partial class KafkaOptionsTests : IDisposable
{
    private const string Password = "correct-horse-battery";

    private readonly TemporaryFolder _folder = new();
    private readonly OwnAuthority _authority = new();

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void Configure_WithoutSecurity_IsPlain()
    {
        var config = Configured(new KafkaOptions());

        config.BootstrapServers.Should().Be("kafka:9092");
        config.SecurityProtocol.Should().Be(SecurityProtocol.Plaintext);
        config.SaslPassword.Should().BeNull();
    }

    [Theory]
    [InlineData("SSL", SecurityProtocol.Ssl)]
    [InlineData("ssl", SecurityProtocol.Ssl)]
    [InlineData("SASL_SSL", SecurityProtocol.SaslSsl)]
    [InlineData("SASL_PLAINTEXT", SecurityProtocol.SaslPlaintext)]
    public void Configure_AProtocol_IsTakenByItsKafkaName(string name, SecurityProtocol protocol)
    {
        var options = new KafkaOptions { SecurityProtocol = name };
        if (name.StartsWith("SASL", StringComparison.Ordinal))
        {
            (options.SaslMechanism, options.SaslUsername, options.SaslPassword) = ("scram-sha-512", "svc", Password);
        }

        var config = Configured(options);

        config.SecurityProtocol.Should().Be(protocol);
        if (protocol != SecurityProtocol.Ssl)
        {
            config.SaslMechanism.Should().Be(SaslMechanism.ScramSha512);
            (config.SaslUsername, config.SaslPassword).Should().Be(("svc", Password));
        }

        if (protocol != SecurityProtocol.SaslPlaintext)
        {
            config.EnableSslCertificateVerification.Should().BeTrue();
            config.SslEndpointIdentificationAlgorithm.Should().Be(SslEndpointIdentificationAlgorithm.Https);
        }
    }

    [Fact]
    public void Configure_FilesAndCertificates_AreTakenAndPasswordsReadAnew()
    {
        var file = _folder.File("password");
        File.WriteAllText(file, $"{Password}\n");
        var (certificate, key) = _authority.SignFiles("client", "opens-the-key");
        var options = new KafkaOptions
        {
            SecurityProtocol = "SASL_SSL",
            SaslMechanism = "PLAIN",
            SaslUsername = "svc",
            SaslPasswordFile = file,
            SslCaLocation = _authority.Path,
            SslCertificateLocation = certificate,
            SslKeyLocation = key,
            SslKeyPassword = "opens-the-key",
            SslVerifyHostName = false,
        };

        var config = Configured(options);

        config.SaslPassword.Should().Be(Password);
        config.SslCaLocation.Should().Be(_authority.Path);
        (config.SslCertificateLocation, config.SslKeyLocation).Should().Be((certificate, key));
        config.SslKeyPassword.Should().Be("opens-the-key");
        config.SslEndpointIdentificationAlgorithm.Should().Be(SslEndpointIdentificationAlgorithm.None);
        config.EnableSslCertificateVerification.Should().BeTrue("that the authority is trusted is checked always");

        File.WriteAllText(file, "rotated");
        Configured(options).SaslPassword.Should().Be("rotated");
    }

    public static TheoryData<string, string[], string[]> Faults =>
        new()
        {
            { "an unknown protocol", ["SecurityProtocol=TLS"], ["SecurityProtocol"] },
            { "SASL without all", ["SecurityProtocol=SASL_SSL"], ["SaslMechanism", "SaslUsername", "SaslPassword"] },
            {
                "an unknown mechanism",
                ["SecurityProtocol=SASL_SSL", "SaslMechanism=GSSAPI", "SaslUsername=u", "SaslPassword=p"],
                ["SaslMechanism"]
            },
            {
                "a user without SASL",
                ["SecurityProtocol=SSL", "SaslUsername=u", "SaslPassword=p"],
                ["SaslUsername", "SaslPassword"]
            },
            { "a user without a protocol", ["SaslUsername=u"], ["SaslUsername"] },
            { "certificates without TLS", ["SslCaLocation=AUTHORITY"], ["SslCaLocation"] },
            {
                "two passwords",
                [
                    "SecurityProtocol=SASL_SSL",
                    "SaslMechanism=PLAIN",
                    "SaslUsername=u",
                    "SaslPassword=p",
                    "SaslPasswordFile=AUTHORITY",
                ],
                ["SaslPasswordFile"]
            },
            {
                "a password file that is none",
                ["SecurityProtocol=SASL_SSL", "SaslMechanism=PLAIN", "SaslUsername=u", "SaslPasswordFile=/nowhere"],
                ["SaslPasswordFile"]
            },
            { "an authority that is none", ["SecurityProtocol=SSL", "SslCaLocation=/nowhere"], ["SslCaLocation"] },
            { "an authority that is no PEM", ["SecurityProtocol=SSL", "SslCaLocation=TEXT"], ["SslCaLocation"] },
            { "a certificate alone", ["SecurityProtocol=SSL", "SslCertificateLocation=CLIENT"], ["SslKeyLocation"] },
            { "a key alone", ["SecurityProtocol=SSL", "SslKeyLocation=KEY"], ["SslCertificateLocation"] },
            {
                "another's key",
                ["SecurityProtocol=SSL", "SslCertificateLocation=CLIENT", "SslKeyLocation=OTHERKEY"],
                ["SslCertificateLocation"]
            },
            {
                "a key that stays closed",
                [
                    "SecurityProtocol=SSL",
                    "SslCertificateLocation=CLOSED",
                    "SslKeyLocation=CLOSEDKEY",
                    "SslKeyPassword=wrong-one",
                ],
                ["SslCertificateLocation"]
            },
            { "no broker", ["BootstrapServers=", "SecurityProtocol=SSL"], ["BootstrapServers"] },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_WhatDoesNotFit_IsNamedWithItsSettingAndNoValue(string what, string[] set, string[] named)
    {
        var options = new KafkaOptions { BootstrapServers = "kafka:9092" };
        var text = _folder.File("text");
        File.WriteAllText(text, "no certificate");
        var (client, key) = _authority.SignFiles("client");
        var (_, other) = _authority.SignFiles("other");
        var (closed, closedKey) = _authority.SignFiles("closed", "right-one");
        foreach (var setting in set)
        {
            var (name, value) = (setting[..setting.IndexOf('=')], setting[(setting.IndexOf('=') + 1)..]);
            value = value switch
            {
                "AUTHORITY" => _authority.Path,
                "TEXT" => text,
                "CLIENT" => client,
                "KEY" => key,
                "OTHERKEY" => other,
                "CLOSED" => closed,
                "CLOSEDKEY" => closedKey,
                _ => value,
            };
            typeof(KafkaOptions).GetProperty(name)!.SetValue(options, value);
        }

        var faults = Check(options);

        faults.SelectMany(fault => fault.MemberNames).Should().Equal(named, what);
        faults
            .Should()
            .OnlyContain(fault => fault.ErrorMessage!.Length > 20)
            .And.NotContain(fault => fault.ErrorMessage!.Contains("wrong-one", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryClientOfTheProduct_IsConfiguredInOnePlace()
    {
        var found = 0;
        foreach (var project in new[] { "Governance.Masking", "Governance.Policies", "Governance.Api" })
        {
            foreach (
                var file in Directory.EnumerateFiles(Repository.PathOf(project), "*.cs", SearchOption.AllDirectories)
            )
            {
                var text = File.ReadAllText(file);
                var made = Config().Count(text);
                // The sandbox's own broker is no client of one.
                if (made == 0 || file.EndsWith("SandboxBroker.cs", StringComparison.Ordinal))
                {
                    continue;
                }

                found += made;
                text.Split(".For(").Length.Should().BeGreaterThan(made, "{0} lets KafkaClients.For say how", file);
                text.Should().NotContain("BootstrapServers = ", "{0} leaves that to KafkaClients.For", file);
            }
        }

        found.Should().BeGreaterThan(5);
    }

    [GeneratedRegex(@"new (Consumer|Producer|AdminClient)Config\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Config();

    private static ClientConfig Configured(KafkaOptions options)
    {
        options.BootstrapServers = "kafka:9092";
        Check(options).Should().BeEmpty();
        var config = new ClientConfig();
        options.Configure(config);
        return config;
    }

    private static ValidationResult[] Check(KafkaOptions options) =>
        [.. options.Validate(new ValidationContext(options))];
}
