using System.Collections;
using System.Globalization;
using Governance.Api.Configuration;

namespace Governance.Tests.Support;

/// <summary>Every setting of every class that has a <c>SectionName</c>, with its default as ops/docs/settings.md writes it.</summary>
internal static class DeclaredSettings
{
    public static IReadOnlyDictionary<string, string> All { get; } =
        SettingsClass
            .All.SelectMany(section => Read(section.Name, Activator.CreateInstance(section.Type)!))
            .DistinctBy(setting => setting.Name)
            .ToDictionary(setting => setting.Name, setting => setting.Default, StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Default)> Read(string path, object options) =>
        SettingsClass
            .SettingsOf(options.GetType())
            .SelectMany(property =>
            {
                var (name, value) = ($"{path}:{property.Name}", property.GetValue(options));
                var isOne =
                    SettingsClass.IsValue(property.PropertyType)
                    || SettingsClass.ElementOf(property.PropertyType) is not null;
                return isOne
                    ? [(name, Text(value))]
                    : Read(name, value ?? Activator.CreateInstance(property.PropertyType)!);
            });

    private static string Text(object? value) =>
        value switch
        {
            null or "" => "none",
            bool truth => truth ? "`true`" : "`false`",
            string text => $"`{text}`",
            IEnumerable items => string.Join(", ", items.Cast<object>().Select(Text)) is { Length: > 0 } list
                ? list
                : "none",
            _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
        };
}
