using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Governance.Tests.Support;

/// <summary>A certificate authority of a test's own, and what it signs; files stand in a folder that is removed.</summary>
internal sealed class OwnAuthority : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _authority;

    public OwnAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
        );
        _authority = request.CreateSelfSigned(Start, Start.AddDays(30));
        Path = _folder.File("authority.pem");
        File.WriteAllText(Path, _authority.ExportCertificatePem());
    }

    /// <summary>Its certificate, PEM.</summary>
    public string Path { get; }

    private static DateTimeOffset Start => TimeProvider.System.GetUtcNow().AddDays(-1);

    /// <summary>A certificate of a host, with its key.</summary>
    /// <param name="host">An address or a name.</param>
    public X509Certificate2 Sign(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Sign(host, key);
        using var pair = signed.CopyWithPrivateKey(key);
        // A key that lives in memory alone is not taken by TLS on every system.
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>A certificate and its key as files, the key encrypted where there is a password.</summary>
    public (string Certificate, string Key) SignFiles(string name, string? password = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Sign(name, key);
        var (certificate, keyFile) = (_folder.File($"{name}.pem"), _folder.File($"{name}.key"));
        File.WriteAllText(certificate, signed.ExportCertificatePem());
        File.WriteAllText(
            keyFile,
            password is null
                ? key.ExportPkcs8PrivateKeyPem()
                : key.ExportEncryptedPkcs8PrivateKeyPem(
                    password,
                    new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)
                )
        );
        return (certificate, keyFile);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private X509Certificate2 Sign(string host, ECDsa key)
    {
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        return request.Create(_authority, Start.AddHours(1), Start.AddDays(20), RandomNumberGenerator.GetBytes(8));
    }
}
