using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Features.OpenDsr;

/// <summary>OpenDSR 2.0: requests that controllers send by that protocol. Off until a domain is named.</summary>
internal sealed class OpenDsrOptions : IValidatableObject
{
    public const string SectionName = "Governance:OpenDsr";

    /// <summary>The processor domain that controllers know this service by, such as <c>opendsr.example.com</c>. Default: none, the protocol is not offered.</summary>
    public string? Domain { get; set; }

    /// <summary>The domain's certificate and those that issued it, PEM; a certificate authority must have signed it.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Its private key, PEM, RSA or ECDSA, mode 0600.</summary>
    public string? PrivateKeyFile { get; set; }

    /// <summary>The kind of person that these requests are about, as the contracts name it. Default: <c>customer</c>.</summary>
    [Required]
    public string Subject { get; set; } = "customer";

    /// <summary>Identifier domains by the protocol's identity types, such as <c>email: email</c>. Default: none.</summary>
    public IDictionary<string, string> Identities { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Hosts that callbacks may go to, by name. A request that names another is refused. Default: none.</summary>
    public IList<string> CallbackHosts { get; } = [];

    /// <summary>How often statuses are looked at, to tell controllers of new ones; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(5);

    internal bool IsOffered => !string.IsNullOrWhiteSpace(Domain);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOffered)
        {
            yield break;
        }

        if (Uri.CheckHostName(Domain) is not UriHostNameType.Dns)
        {
            yield return new ValidationResult("It is no domain name.", [nameof(Domain)]);
        }

        foreach (
            var (name, value) in new[]
            {
                (nameof(CertificateFile), CertificateFile),
                (nameof(PrivateKeyFile), PrivateKeyFile),
            }
        )
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return new ValidationResult($"It is missing, but {nameof(Domain)} is set.", [name]);
            }
        }

        if (Identities.Count == 0)
        {
            yield return new ValidationResult(
                "Name at least one identity type and its domain, such as Identities:email=email.",
                [nameof(Identities)]
            );
        }
    }
}
