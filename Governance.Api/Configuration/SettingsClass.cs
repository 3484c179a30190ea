using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;

namespace Governance.Api.Configuration;

/// <summary>What a class of settings holds, as the framework's binder sees it.</summary>
internal static class SettingsClass
{
    /// <summary>Every class of the product that names its section in a constant <c>SectionName</c>, whether it is in use or not.</summary>
    public static IReadOnlyList<SettingsSection> All { get; } =
    [
        .. new[] { typeof(SettingsClass), typeof(IWarehouse), typeof(KafkaOptions) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Select(type =>
                (
                    Type: type,
                    Name: type.GetField("SectionName", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)
                        as string
                )
            )
            .Where(found => found.Name is not null && found.Type.GetConstructor(Type.EmptyTypes) is not null)
            .Select(found => new SettingsSection(found.Name!, found.Type))
            .OrderBy(section => section.Name, StringComparer.Ordinal),
    ];

    /// <summary>The properties that can be set.</summary>
    public static IEnumerable<PropertyInfo> SettingsOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property =>
                property.GetMethod is { IsPublic: true }
                && property.GetIndexParameters().Length == 0
                // The binder fills a list or a group that is there already; of a value it needs to be able to set it.
                && (property.SetMethod is { IsPublic: true } || !IsValue(property.PropertyType))
            );

    /// <summary>Whether a setting of this type is written as one text.</summary>
    public static bool IsValue(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string)
            || plain == typeof(byte[])
            || TypeDescriptor.GetConverter(plain).CanConvertFrom(typeof(string));
    }

    /// <summary>What a list or a map holds; <see langword="null"/> of every other type.</summary>
    public static Type? ElementOf(Type type)
    {
        if (IsValue(type) || !type.IsAssignableTo(typeof(IEnumerable)))
        {
            return null;
        }

        var shapes = type.GetInterfaces().Append(type).Where(shape => shape.IsGenericType).ToArray();
        var map = shapes.FirstOrDefault(shape =>
            shape.GetGenericTypeDefinition() == typeof(IDictionary<,>)
            || shape.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
        );
        return map?.GenericTypeArguments[1]
            ?? shapes
                .FirstOrDefault(shape => shape.GetGenericTypeDefinition() == typeof(IEnumerable<>))
                ?.GenericTypeArguments[0];
    }
}
