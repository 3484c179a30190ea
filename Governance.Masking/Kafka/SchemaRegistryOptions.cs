using System.ComponentModel.DataAnnotations;

namespace Governance.Masking.Kafka;

/// <summary>A schema registry outside of this process.</summary>
public sealed class SchemaRegistryOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Governance:SchemaRegistry";

    /// <summary>Base address, with or without a path. Default: none, the sandbox's own registry is used.</summary>
    public string? Url { get; set; }

    /// <summary>User (or API key) for basic authentication. Default: none.</summary>
    public string? Username { get; set; }

    /// <summary>Password (or API secret) for basic authentication. Default: none.</summary>
    public string? Password { get; set; }

    /// <summary>Bearer token; taken before <see cref="Username"/> where both are set. Default: none.</summary>
    public string? BearerToken { get; set; }

    /// <summary>How long one call may take. Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Url))
        {
            if (
                !string.IsNullOrEmpty(Username)
                || !string.IsNullOrEmpty(Password)
                || !string.IsNullOrEmpty(BearerToken)
            )
            {
                yield return new ValidationResult(
                    "It is missing, but credentials for it are set. Name the registry too, or remove them.",
                    [nameof(Url)]
                );
            }
        }
        else if (!Uri.TryCreate(Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult(
                "It is no address: write http:// or https://, and the host.",
                [nameof(Url)]
            );
        }
        else if (address.UserInfo.Length > 0)
        {
            // The address is shown at start; what stands before the @ would be, too.
            yield return new ValidationResult(
                $"It holds a user. Set {nameof(Username)} and {nameof(Password)} in place of it.",
                [nameof(Url)]
            );
        }

        if (string.IsNullOrEmpty(Username) != string.IsNullOrEmpty(Password))
        {
            yield return new ValidationResult(
                $"It is missing: {nameof(Username)} and {nameof(Password)} go together.",
                [string.IsNullOrEmpty(Username) ? nameof(Username) : nameof(Password)]
            );
        }
    }
}
