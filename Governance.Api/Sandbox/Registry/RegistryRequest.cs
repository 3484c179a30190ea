using System.Text.Json;

namespace Governance.Api.Sandbox.Registry;

/// <summary>Reads what clients post: JSON under any media type, as they name it differently.</summary>
internal static class RegistryRequest
{
    /// <summary>The schema text of a body.</summary>
    public static async Task<string> SchemaAsync(HttpRequest request)
    {
        using var body = await ReadAsync(request);
        var root = body.RootElement;
        if (Member(root, "schemaType") is { ValueKind: not JsonValueKind.Null } type && type.ToString() is not "AVRO")
        {
            throw RegistryFault.InvalidSchema("only the type AVRO is supported here");
        }

        if (Member(root, "references") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0)
        {
            throw RegistryFault.InvalidSchema("references are not supported here; write the referenced types out");
        }

        return Member(root, "schema") is { ValueKind: JsonValueKind.String } schema
            ? schema.GetString()!
            : throw RegistryFault.InvalidSchema("the body needs \"schema\", the schema's JSON as text");
    }

    /// <summary>The level of a body.</summary>
    public static async Task<CompatibilityLevel> LevelAsync(HttpRequest request)
    {
        using var body = await ReadAsync(request);
        return CompatibilityLevels.Parse(Member(body.RootElement, "compatibility")?.ToString());
    }

    private static JsonElement? Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) ? value : null;

    private static async Task<JsonDocument> ReadAsync(HttpRequest request)
    {
        try
        {
            var body = await JsonDocument.ParseAsync(
                request.Body,
                cancellationToken: request.HttpContext.RequestAborted
            );
            if (body.RootElement.ValueKind == JsonValueKind.Object)
            {
                return body;
            }

            body.Dispose();
        }
        catch (JsonException)
        {
            // Answered below, as any other body that is no object.
        }

        throw RegistryFault.BadRequest("The body must be a JSON object.");
    }
}
