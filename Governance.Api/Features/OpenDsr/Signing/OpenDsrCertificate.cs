using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Governance.Masking;
using Governance.Masking.Keys;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.OpenDsr.Signing;

/// <summary>The certificate by which answers and callbacks are signed (FIPS 186: RSA with PKCS #1 padding, or ECDSA, over SHA-256).</summary>
internal sealed class OpenDsrCertificate(IOptions<OpenDsrOptions> options, TimeProvider time) : IDisposable
{
    private X509Certificate2? _certificate;

    /// <summary>The certificate and those that issued it, PEM.</summary>
    public string Pem { get; private set; } = "";

    /// <summary>Loads and checks it, where the protocol is offered. At start.</summary>
    /// <exception cref="StartupException">It cannot be used.</exception>
    public Task LoadAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (settings.IsOffered)
        {
            try
            {
                Load(settings);
            }
            catch (Exception exception)
                when (exception
                        is CryptographicException
                            or ArgumentException
                            or IOException
                            or UnauthorizedAccessException
                )
            {
                throw new StartupException(
                    $"The certificate {settings.CertificateFile} or its private key {settings.PrivateKeyFile} cannot be read, or they do not belong together. Both are PEM; the certificate's own stands first.",
                    exception
                );
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Signs; base64.</summary>
    public string Sign(ReadOnlySpan<byte> body)
    {
        var certificate = _certificate ?? throw new InvalidOperationException("There is no certificate.");
        if (certificate.GetRSAPrivateKey() is { } rsa)
        {
            using (rsa)
            {
                return Convert.ToBase64String(rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            }
        }

        using var ecdsa = certificate.GetECDsaPrivateKey()!;
        return Convert.ToBase64String(
            ecdsa.SignData(body, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        );
    }

    public void Dispose() => _certificate?.Dispose();

    private void Load(OpenDsrOptions settings)
    {
        var key =
            SecretFile.TryRead(Path.GetFullPath(settings.PrivateKeyFile!))
            ?? throw new StartupException($"The private key {settings.PrivateKeyFile} is missing.");
        Pem = File.ReadAllText(settings.CertificateFile!);
        var certificate = X509Certificate2.CreateFromPem(Pem, Encoding.ASCII.GetString(key));
        var now = time.GetUtcNow().UtcDateTime;
        var fault =
            certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
                ? "is signed by itself, which OpenDSR forbids: have a certificate authority sign it"
            : !certificate.MatchesHostname(settings.Domain!) ? $"is not of the domain {settings.Domain}"
            : now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime()
                ? "is not valid at this time"
            : null;
        if (fault is not null)
        {
            certificate.Dispose();
            throw new StartupException($"The certificate {settings.CertificateFile} {fault}.");
        }

        _certificate = certificate;
    }
}
