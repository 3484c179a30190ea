using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

/// <summary>
/// Binds a section without what cannot be read: so the rest of it, and all other sections, are checked as well.
/// <see cref="SettingsShapeValidator{TOptions}"/> refuses the options where anything was left out.
/// </summary>
internal sealed class SettingsBinding<TOptions>(
    string sectionName,
    IConfiguration configuration,
    IEnumerable<SettingsSection> sections
) : IConfigureOptions<TOptions>
    where TOptions : class
{
    public void Configure(TOptions options)
    {
        var section = configuration.GetSection(sectionName);
        var unreadable = new SettingsShape(sections)
            .FaultsOf(section, typeof(TOptions))
            .Where(fault => fault.IsUnreadable)
            .Select(fault => fault.Path)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        (unreadable.Count == 0 ? section : Without(section, unreadable)).Bind(options);
    }

    private static IConfiguration Without(IConfigurationSection section, HashSet<string> unreadable) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                section
                    .AsEnumerable()
                    .Where(pair => pair.Value is not null && !unreadable.Contains(pair.Key))
                    .Where(pair => pair.Key.Length > section.Path.Length)
                    .Select(pair => KeyValuePair.Create(pair.Key[(section.Path.Length + 1)..], pair.Value))
            )
            .Build();
}

/// <summary>Names what a section holds that cannot be read, or that its class lacks.</summary>
internal sealed class SettingsShapeValidator<TOptions>(
    string sectionName,
    IConfiguration configuration,
    IEnumerable<SettingsSection> sections
) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var faults = new SettingsShape(sections)
            .FaultsOf(configuration.GetSection(sectionName), typeof(TOptions))
            .Select(fault => fault.ToString())
            .ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
