using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Governance.Api.Configuration;

/// <summary>
/// What stands in the configuration, held against the class that it is for: names that the class lacks, and values that cannot be
/// read. All of them, where the framework's binder stops at the first. A value is never quoted: it may be a password.
/// </summary>
/// <param name="sections">The sections in use; what lies in one of them is left to it.</param>
internal sealed class SettingsShape(IEnumerable<SettingsSection> sections)
{
    private const int LargestTypo = 2;
    private readonly SettingsSection[] _sections = [.. sections];

    /// <summary>All that is wrong with a section.</summary>
    public IEnumerable<SettingFault> FaultsOf(IConfigurationSection section, Type type) =>
        SettingsClass.IsValue(type) ? OfValue(section, type)
        : SettingsClass.ElementOf(type) is { } element ? OfMany(section, element)
        : OfGroup(section, type);

    private static IEnumerable<SettingFault> OfValue(IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            yield return Unknown(child, "");
        }

        if (section.Value is not null && !CanBeRead(section, type))
        {
            yield return new SettingFault(section.Path, $"It cannot be read as {Kind(type)}.", IsUnreadable: true);
        }
    }

    private IEnumerable<SettingFault> OfMany(IConfigurationSection section, Type element)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            yield return new SettingFault(
                section.Path,
                $"It takes several values: write {section.Path}:0, {section.Path}:1 and so on.",
                IsUnreadable: true
            );
        }

        foreach (var fault in section.GetChildren().SelectMany(child => FaultsOf(child, element)))
        {
            yield return fault;
        }
    }

    private IEnumerable<SettingFault> OfGroup(IConfigurationSection section, Type type)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            yield return new SettingFault(
                section.Path,
                "It is a group of settings and has no value of its own.",
                IsUnreadable: true
            );
        }

        var settings = SettingsClass.SettingsOf(type).ToArray();
        foreach (var child in section.GetChildren())
        {
            if (_sections.Any(other => IsSame(other.Name, child.Path)))
            {
                continue;
            }

            var setting = Array.Find(settings, property => IsSame(property.Name, child.Key));
            var faults =
                setting is not null ? FaultsOf(child, setting.PropertyType)
                : _sections.Any(other => IsIn(other.Name, child.Path)) ? OfGroup(child, typeof(NoSettings))
                : Unread(child, settings);
            foreach (var fault in faults)
            {
                yield return fault;
            }
        }
    }

    private IEnumerable<SettingFault> Unread(IConfigurationSection child, PropertyInfo[] settings)
    {
        var idle = SettingsClass.All.FirstOrDefault(known =>
            IsSame(known.Name, child.Path) || IsIn(known.Name, child.Path)
        );
        if (idle is not null)
        {
            yield return new SettingFault(
                child.Path,
                "Nothing reads it: the settings choose another part in its place. Set what chooses this one too, or remove it.",
                IsUnreadable: false
            );
            yield break;
        }

        var parent = child.Path[..^child.Key.Length];
        var nearest = settings
            .Select(property => property.Name)
            .Concat(
                _sections
                    .Where(other => other.Name.StartsWith(parent, StringComparison.OrdinalIgnoreCase))
                    .Select(other => other.Name[parent.Length..].Split(':')[0])
            )
            .Where(name => Distance(name, child.Key) <= LargestTypo)
            .OrderBy(name => Distance(name, child.Key))
            .FirstOrDefault();
        yield return Unknown(child, nearest is null ? "" : $" Is {parent}{nearest} meant?");
    }

    private static SettingFault Unknown(IConfigurationSection section, string hint) =>
        new(section.Path, $"There is no such setting.{hint}", IsUnreadable: false);

    private static bool CanBeRead(IConfigurationSection section, Type type)
    {
        try
        {
            _ = section.Get(type);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Kind(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(bool) ? "true or false"
            : plain == typeof(TimeSpan) ? "a time such as 00:00:10 (hours:minutes:seconds)"
            : plain == typeof(Uri) ? "an address"
            : plain == typeof(double) || plain == typeof(decimal) || plain == typeof(float) ? "a number"
            : plain.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(plain))}"
            : plain.IsPrimitive ? "a whole number, or is too large a one"
            : $"a {plain.Name}";
    }

    private static bool IsSame(string one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static bool IsIn(string name, string path) =>
        name.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase);

    // Levenshtein's distance, row by row.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced =
                    diagonal + (char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    /// <summary>A level of the configuration that holds sections, and no settings of its own.</summary>
    private sealed class NoSettings;
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Path">The setting's full name.</param>
/// <param name="What">In words, without the value.</param>
/// <param name="IsUnreadable">Whether binding would stop at it.</param>
internal sealed record SettingFault(string Path, string What, bool IsUnreadable)
{
    public override string ToString() => $"{Path}: {What}";
}
