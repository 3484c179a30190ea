using System.ComponentModel.DataAnnotations;

namespace Governance.Policies.Opa;

/// <summary>A policy server (Open Policy Agent) that decides in place of the embedded evaluator.</summary>
public sealed class OpaOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Governance:Opa";

    /// <summary>Base address, with or without a path, such as <c>http://localhost:8181</c>. Default: none, the embedded evaluator decides.</summary>
    public string? Url { get; set; }

    /// <summary>Bearer token that the server asks for; a caller's own is never forwarded. Default: none.</summary>
    public string? Token { get; set; }

    /// <summary>How long one decision may take; then it is a denial. Default: one second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>After how many calls, of which half or more failed, the server is left alone. Default: 5.</summary>
    [Range(2, 1000)]
    public int FailuresToOpen { get; set; } = 5;

    /// <summary>For how long it is then left alone, and everything denied at once. Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:10:00")]
    public TimeSpan OpenFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Url))
        {
            yield return new ValidationResult(
                "It is missing, but other settings of the policy server are there. Name the server too, or remove them.",
                [nameof(Url)]
            );
        }
        else if (!Uri.TryCreate(Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult(
                "It is no address: write http:// or https://, and the host.",
                [nameof(Url)]
            );
        }
        else if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            yield return new ValidationResult(
                $"It holds more than scheme, host, port and path. Set {nameof(Token)} for a secret.",
                [nameof(Url)]
            );
        }

        if (Token is not null && Token.Any(c => c is <= ' ' or > '~'))
        {
            yield return new ValidationResult("It holds a character that no header can carry.", [nameof(Token)]);
        }
    }
}
