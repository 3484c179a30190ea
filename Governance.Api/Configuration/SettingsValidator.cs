using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

/// <summary>
/// Checks data annotations and <see cref="IValidatableObject"/>, both always (the framework's own leaves the second out where the
/// first finds a fault), and groups of settings within. Faults begin with the setting's full name.
/// </summary>
internal sealed class SettingsValidator<TOptions>(string sectionName) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var faults = Faults(sectionName, options).Distinct(StringComparer.Ordinal).ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(string path, object options)
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

        var own = results.Select(result =>
            $"{string.Join(", ", result.MemberNames.Select(member => $"{path}:{member}"))}: {result.ErrorMessage}"
        );
        var within = SettingsClass
            .SettingsOf(options.GetType())
            .Where(property =>
                !SettingsClass.IsValue(property.PropertyType) && SettingsClass.ElementOf(property.PropertyType) is null
            )
            .Select(property => (property.Name, Value: property.GetValue(options)))
            .Where(group => group.Value is not null)
            .SelectMany(group => Faults($"{path}:{group.Name}", group.Value!));
        return own.Concat(within);
    }
}
