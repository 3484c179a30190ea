using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Rest;

/// <summary>
/// The fields that BigQuery's resources have, as Google's own client for Node.js publishes them (made from the API's discovery document). A
/// request with another field, or with a value of another kind, is refused: so a typo in an adapter is found, which the real
/// service, too, answers with "Invalid JSON payload received. Unknown name".
/// </summary>
internal sealed class PublishedFields
{
    private static readonly Lazy<Task<PublishedFields>> Shared = new(ReadAsync);
    private readonly JsonObject _types;

    private PublishedFields(JsonObject types) => _types = types;

    /// <summary>Reads them, once.</summary>
    public static Task<PublishedFields> LoadAsync() => Shared.Value;

    /// <summary>Finds the first fault of an object.</summary>
    /// <param name="node">The object.</param>
    /// <param name="type">A type, as TypeScript writes it.</param>
    /// <param name="path">Where it is, for the message.</param>
    /// <returns>The fault; null where there is none.</returns>
    public string? Fault(JsonNode? node, string type, string path = "")
    {
        type = type.Trim();
        if (node is null || type is "any" or "IJsonObject" or "IJsonValue")
        {
            return null;
        }

        if (type.StartsWith("Array<", StringComparison.Ordinal))
        {
            return node is JsonArray array
                ? array
                    .Select((item, index) => Fault(item, type[6..^1], $"{path}[{index}]"))
                    .FirstOrDefault(fault => fault is not null)
                : $"'{path}' is not a list.";
        }

        if (type.StartsWith("{[key: string]:", StringComparison.Ordinal))
        {
            return node is JsonObject map
                ? map.Select(item => Fault(item.Value, type[15..^1], $"{path}.{item.Key}"))
                    .FirstOrDefault(fault => fault is not null)
                : $"'{path}' is not an object.";
        }

        if (type.StartsWith('{'))
        {
            return FaultOfObject(node, InlineFields(type[1..^1]), path);
        }

        if (type.Contains('\'', StringComparison.Ordinal))
        {
            return type.Contains($"'{Scalar(node)}'", StringComparison.Ordinal) ? null : $"Invalid value at '{path}'.";
        }

        return type switch
        {
            // Google's servers take a number for a string of digits, and the other way round.
            "string" => node is JsonValue && node.GetValueKind() is JsonValueKind.String or JsonValueKind.Number
                ? null
                : $"'{path}' is not text.",
            "number" => double.TryParse(Scalar(node), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                ? null
                : $"'{path}' is not a number.",
            "boolean" => Scalar(node) is "true" or "false" ? null : $"'{path}' is not a boolean.",
            _ when _types[type] is JsonObject fields => FaultOfObject(
                node,
                fields.ToDictionary(
                    field => field.Key,
                    field => field.Value!.GetValue<string>(),
                    StringComparer.Ordinal
                ),
                path
            ),
            _ when _types[type] is JsonValue alias => Fault(node, alias.GetValue<string>(), path),
            _ => throw new InvalidOperationException($"Google's client publishes no type {type}."),
        };
    }

    private string? FaultOfObject(JsonNode node, Dictionary<string, string> fields, string path)
    {
        if (node is not JsonObject item)
        {
            return $"'{path}' is not an object.";
        }

        foreach (var (name, value) in item)
        {
            if (!fields.TryGetValue(name, out var type))
            {
                return $"Invalid JSON payload received. Unknown name \"{name}\" at '{path}': Cannot find field.";
            }

            if (Fault(value, type, path.Length is 0 ? name : $"{path}.{name}") is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    // Fields between braces, such as "names?: Array<string>;".
    private static Dictionary<string, string> InlineFields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var (depth, start) = (0, 0);
        for (var at = 0; at <= text.Length; at++)
        {
            var here = at < text.Length ? text[at] : ';';
            depth +=
                here is '{' or '<' or '[' ? 1
                : here is '}' or '>' or ']' ? -1
                : 0;
            if (here is not ';' || depth is not 0)
            {
                continue;
            }

            var field = text[start..at];
            start = at + 1;
            if (field.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                fields[field[..colon].Trim().TrimEnd('?')] = field[(colon + 1)..].Trim();
            }
        }

        return fields;
    }

    private static string Scalar(JsonNode node) =>
        node is not JsonValue ? ""
        : node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>()
        : node.ToJsonString();

    private static async Task<PublishedFields> ReadAsync() =>
        new(JsonNode.Parse(await StandInNode.Folder.RunAsync("published-fields.mjs"))!.AsObject());
}
