using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Confluent.Kafka;

namespace Governance.Masking.Kafka;

/// <summary>How clients prove who they are to a broker, and how the broker does to them: from <see cref="KafkaOptions"/> into librdkafka's terms.</summary>
internal static class KafkaSecurity
{
    private static readonly (string Name, SecurityProtocol Protocol)[] s_protocols =
    [
        ("PLAINTEXT", SecurityProtocol.Plaintext),
        ("SSL", SecurityProtocol.Ssl),
        ("SASL_PLAINTEXT", SecurityProtocol.SaslPlaintext),
        ("SASL_SSL", SecurityProtocol.SaslSsl),
    ];

    private static readonly (string Name, SaslMechanism Mechanism)[] s_mechanisms =
    [
        ("PLAIN", SaslMechanism.Plain),
        ("SCRAM-SHA-256", SaslMechanism.ScramSha256),
        ("SCRAM-SHA-512", SaslMechanism.ScramSha512),
    ];

    /// <summary>Puts all of it into a client's configuration. Files of secrets are read now: what was rotated holds from the next client on.</summary>
    public static void Apply(KafkaOptions options, ClientConfig config)
    {
        var protocol = Protocol(options) ?? SecurityProtocol.Plaintext;
        config.SecurityProtocol = protocol;
        if (IsTls(protocol))
        {
            config.SslCaLocation = Set(options.SslCaLocation);
            config.SslCertificateLocation = Set(options.SslCertificateLocation);
            config.SslKeyLocation = Set(options.SslKeyLocation);
            config.SslKeyPassword = Secret(options.SslKeyPassword, options.SslKeyPasswordFile);
            config.EnableSslCertificateVerification = true;
            config.SslEndpointIdentificationAlgorithm = options.SslVerifyHostName
                ? SslEndpointIdentificationAlgorithm.Https
                : SslEndpointIdentificationAlgorithm.None;
        }

        if (IsSasl(protocol))
        {
            config.SaslMechanism = Mechanism(options);
            config.SaslUsername = options.SaslUsername;
            config.SaslPassword = Secret(options.SaslPassword, options.SaslPasswordFile);
        }
    }

    /// <summary>Everything that is wrong; no message holds a value that might be a secret.</summary>
    public static IEnumerable<ValidationResult> Check(KafkaOptions options)
    {
        var protocol = Protocol(options);
        if (Set(options.SecurityProtocol) is not null && protocol is null)
        {
            yield return Fault(
                $"It is none of {string.Join(", ", s_protocols.Select(known => known.Name))}.",
                nameof(options.SecurityProtocol)
            );
            yield break;
        }

        foreach (var fault in IsSasl(protocol) ? Sasl(options) : Unused(SaslSettings(options), "SASL_SSL"))
        {
            yield return fault;
        }

        foreach (var fault in IsTls(protocol) ? Tls(options) : Unused(TlsSettings(options), "SSL, or SASL_SSL"))
        {
            yield return fault;
        }
    }

    /// <summary>The names of the settings that are set.</summary>
    public static IEnumerable<string> NamesOf(KafkaOptions options)
    {
        (string Name, string? Value)[] all =
        [
            (nameof(options.SecurityProtocol), options.SecurityProtocol),
            .. SaslSettings(options),
            .. TlsSettings(options),
        ];
        return all.Where(setting => Set(setting.Value) is not null).Select(setting => setting.Name);
    }

    private static IEnumerable<ValidationResult> Sasl(KafkaOptions options)
    {
        if (Mechanism(options) is null)
        {
            yield return Fault(
                $"It is {(Set(options.SaslMechanism) is null ? "missing" : "not known")}: write one of {string.Join(", ", s_mechanisms.Select(known => known.Name))}.",
                nameof(options.SaslMechanism)
            );
        }

        if (Set(options.SaslUsername) is null)
        {
            yield return Fault("It is missing: SASL needs a user.", nameof(options.SaslUsername));
        }

        if (Set(options.SaslPassword) is null && Set(options.SaslPasswordFile) is null)
        {
            yield return Fault(
                $"It is missing: SASL needs a password, here or in {nameof(options.SaslPasswordFile)}.",
                nameof(options.SaslPassword)
            );
        }

        foreach (
            var fault in SecretFaults(
                (nameof(options.SaslPassword), options.SaslPassword),
                (nameof(options.SaslPasswordFile), options.SaslPasswordFile)
            )
        )
        {
            yield return fault;
        }
    }

    private static IEnumerable<ValidationResult> Tls(KafkaOptions options)
    {
        if (Set(options.SslCaLocation) is { } authorities && !HoldsCertificates(authorities))
        {
            yield return Fault(
                "It is no file with certificates in PEM that can be read: name the file of the authority that signed the broker's.",
                nameof(options.SslCaLocation)
            );
        }

        var (certificate, key) = (Set(options.SslCertificateLocation), Set(options.SslKeyLocation));
        if ((certificate is null) != (key is null))
        {
            yield return Fault(
                $"It is missing: {nameof(options.SslCertificateLocation)} and {nameof(options.SslKeyLocation)} go together.",
                certificate is null ? nameof(options.SslCertificateLocation) : nameof(options.SslKeyLocation)
            );
        }

        var secrets = SecretFaults(
                (nameof(options.SslKeyPassword), options.SslKeyPassword),
                (nameof(options.SslKeyPasswordFile), options.SslKeyPasswordFile)
            )
            .ToArray();
        foreach (var fault in secrets)
        {
            yield return fault;
        }

        if (certificate is not null && key is not null && secrets.Length == 0 && !BelongTogether(options))
        {
            yield return Fault(
                $"It cannot be read in PEM, or {nameof(options.SslKeyLocation)} is not its key, or {nameof(options.SslKeyPassword)} does not open that.",
                nameof(options.SslCertificateLocation)
            );
        }
    }

    private static IEnumerable<ValidationResult> Unused(
        IEnumerable<(string Name, string? Value)> settings,
        string wanted
    )
    {
        // Whoever sets them means them: a connection without would be a surprise.
        foreach (var (name, _) in settings.Where(setting => Set(setting.Value) is not null))
        {
            yield return Fault(
                $"It is set, but {nameof(KafkaOptions.SecurityProtocol)} does not use it. Write {wanted} there, or remove this.",
                name
            );
        }
    }

    private static IEnumerable<ValidationResult> SecretFaults(
        (string Name, string? Value) here,
        (string Name, string? Path) file
    )
    {
        if (Set(file.Path) is not { } path)
        {
            yield break;
        }

        if (Set(here.Value) is not null)
        {
            yield return Fault($"It is set, and so is {here.Name}: keep one of them.", file.Name);
        }
        else if (!HoldsSecret(path))
        {
            yield return Fault("There is no such file that can be read and holds one line.", file.Name);
        }
    }

    private static (string Name, string? Value)[] SaslSettings(KafkaOptions options) =>
        [
            (nameof(options.SaslMechanism), options.SaslMechanism),
            (nameof(options.SaslUsername), options.SaslUsername),
            (nameof(options.SaslPassword), options.SaslPassword),
            (nameof(options.SaslPasswordFile), options.SaslPasswordFile),
        ];

    private static (string Name, string? Value)[] TlsSettings(KafkaOptions options) =>
        [
            (nameof(options.SslCaLocation), options.SslCaLocation),
            (nameof(options.SslCertificateLocation), options.SslCertificateLocation),
            (nameof(options.SslKeyLocation), options.SslKeyLocation),
            (nameof(options.SslKeyPassword), options.SslKeyPassword),
            (nameof(options.SslKeyPasswordFile), options.SslKeyPasswordFile),
        ];

    private static SecurityProtocol? Protocol(KafkaOptions options)
    {
        foreach (var (name, protocol) in s_protocols)
        {
            if (string.Equals(name, options.SecurityProtocol, StringComparison.OrdinalIgnoreCase))
            {
                return protocol;
            }
        }

        return null;
    }

    private static SaslMechanism? Mechanism(KafkaOptions options)
    {
        foreach (var (name, mechanism) in s_mechanisms)
        {
            if (string.Equals(name, options.SaslMechanism, StringComparison.OrdinalIgnoreCase))
            {
                return mechanism;
            }
        }

        return null;
    }

    private static bool IsTls(SecurityProtocol? protocol) =>
        protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl;

    private static bool IsSasl(SecurityProtocol? protocol) =>
        protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl;

    private static string? Set(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string? Secret(string? here, string? file) => Set(file) is { } path ? ReadLine(path) : Set(here);

    private static string ReadLine(string path) => File.ReadAllText(path).TrimEnd('\r', '\n');

    private static bool HoldsSecret(string path)
    {
        try
        {
            return ReadLine(path) is { Length: > 0 } secret && !secret.Contains('\n', StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool HoldsCertificates(string path)
    {
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(path);
            foreach (var certificate in found)
            {
                certificate.Dispose();
            }

            return found.Count > 0;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }

    private static bool BelongTogether(KafkaOptions options)
    {
        try
        {
            var password = Secret(options.SslKeyPassword, options.SslKeyPasswordFile);
            using var pair = password is null
                ? X509Certificate2.CreateFromPemFile(options.SslCertificateLocation!, options.SslKeyLocation)
                : X509Certificate2.CreateFromEncryptedPemFile(
                    options.SslCertificateLocation!,
                    password,
                    options.SslKeyLocation
                );
            return pair.HasPrivateKey;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException
            )
        {
            return false;
        }
    }

    private static ValidationResult Fault(string message, string name) => new(message, [name]);
}
