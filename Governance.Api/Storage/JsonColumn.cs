using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Storage;

/// <summary>Immutable values that are kept as JSON in a column of their own; a change is another value.</summary>
internal static class JsonColumn
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerOptions.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Keeps the property as JSON.</summary>
    public static PropertyBuilder<T> IsJson<T>(this PropertyBuilder<T> property)
        where T : class =>
        property.HasConversion(
            value => JsonSerializer.Serialize(value, s_json),
            text => JsonSerializer.Deserialize<T>(text, s_json)!,
            new ValueComparer<T>(
                (one, other) => ReferenceEquals(one, other),
                value => value.GetHashCode(),
                value => value
            )
        );
}
