using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

/// <summary>
/// Checks data annotations and <see cref="IValidatableObject"/>, both always: the framework's own leaves the second out where the
/// first finds a fault. Faults begin with the setting's full name.
/// </summary>
internal sealed class SettingsValidator<TOptions>(string sectionName) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var context = new ValidationContext(options);
        var results = new List<ValidationResult>();
        if (
            !Validator.TryValidateObject(options, context, results, validateAllProperties: true)
            && options is IValidatableObject more
        )
        {
            results.AddRange(more.Validate(context));
        }

        var faults = results
            .Select(result =>
                $"{string.Join(", ", result.MemberNames.Select(member => $"{sectionName}:{member}"))}: {result.ErrorMessage}"
            )
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
