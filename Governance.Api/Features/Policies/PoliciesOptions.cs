using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Features.Policies;

/// <summary>The policies: where they stand, and what a decision may cost.</summary>
internal sealed class PoliciesOptions : IValidatableObject
{
    public const string SectionName = "Governance:Policies";

    /// <summary>The folder of modules and data. Default: none, the policies that come with the program are in force.</summary>
    public string? Folder { get; set; }

    /// <summary>How often the folder is looked at. Default: two seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00")]
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one decision of the embedded evaluator may take; then it is a denial. Default: one second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan DecisionTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What a policy server has to show to be given the bundle. Default: none, the bundle is not given out.</summary>
    [MinLength(24, ErrorMessage = "It is too short to be a secret: 24 characters or more.")]
    public string? BundleToken { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Folder is { Length: > 0 } && !Directory.Exists(Folder))
        {
            yield return new ValidationResult("There is no such folder.", [nameof(Folder)]);
        }

        if (BundleToken is not null && BundleToken.Any(c => c is <= ' ' or > '~'))
        {
            yield return new ValidationResult("It holds a character that no header can carry.", [nameof(BundleToken)]);
        }
    }
}
