using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Governance.Tests.Support;

namespace Governance.Tests.Features.OpenDsr;

/// <summary>A domain's certificate that an authority made for the test has signed, in files.</summary>
internal static class IssuedCertificate
{
    public const string Domain = "opendsr.energy.example";

    /// <summary>Writes certificate and key.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="selfSigned">Without an authority.</param>
    /// <param name="useRsa">An RSA key; else ECDSA.</param>
    public static (string Certificate, string Key) Write(
        TemporaryFolder folder,
        bool selfSigned = false,
        bool useRsa = false
    )
    {
        var now = TimeProvider.System.GetUtcNow().AddDays(-1);
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Test authority", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(now, now.AddYears(1));
        using AsymmetricAlgorithm key = useRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsa
            ? new CertificateRequest($"CN={Domain}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={Domain}", (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Domain);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = selfSigned
            ? request.CreateSelfSigned(now, now.AddYears(1))
            : request.Create(
                root.SubjectName,
                X509SignatureGenerator.CreateForECDsa(rootKey),
                now,
                now.AddMonths(6),
                [1, 2, 3, 4]
            );
        File.WriteAllText(
            folder.File("certificate.pem"),
            $"{certificate.ExportCertificatePem()}\n{root.ExportCertificatePem()}\n"
        );
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(folder.File("key.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return (folder.File("certificate.pem"), folder.File("key.pem"));
    }

    /// <summary>The settings that offer the protocol.</summary>
    public static string[] Settings((string Certificate, string Key) files) =>
        [
            $"--Governance:OpenDsr:Domain={Domain}",
            $"--Governance:OpenDsr:CertificateFile={files.Certificate}",
            $"--Governance:OpenDsr:PrivateKeyFile={files.Key}",
            "--Governance:OpenDsr:Identities:email=email",
            "--Governance:OpenDsr:Identities:controller_customer_id=customer_id",
            "--Governance:OpenDsr:CallbackHosts:0=127.0.0.1",
            "--Governance:OpenDsr:StatusInterval=00:00:00.1",
        ];
}
