using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Identity;

/// <summary>Asking the directory for groups, for people who are in more of them than a token can carry.</summary>
internal sealed class DirectoryOptions : IValidatableObject
{
    public const string SectionName = "Governance:Directory";

    /// <summary>Microsoft Graph, with its version; another one in national clouds. Default: <c>https://graph.microsoft.com/v1.0/</c>.</summary>
    public string Graph { get; set; } = "https://graph.microsoft.com/v1.0/";

    /// <summary>How long a person's groups are believed. Default: five minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan GroupsLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long asking may take, signing in to the directory included. Default: three seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan GroupsTimeLimit { get; set; } = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Graph, UriKind.Absolute, out var graph) || graph.Scheme != Uri.UriSchemeHttps)
        {
            yield return new ValidationResult("It is no https address.", [nameof(Graph)]);
        }
    }
}
