using System.ComponentModel.DataAnnotations;

namespace Governance.Masking.Kafka;

/// <summary>A schema registry outside of this process.</summary>
public sealed class SchemaRegistryOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Governance:SchemaRegistry";

    /// <summary>Base address, with or without a path. Default: none, the sandbox's own registry is used.</summary>
    [Url]
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
}
