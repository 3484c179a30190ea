using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Api.Sandbox.Registry;

/// <summary>A schema as it was sent, understood.</summary>
/// <param name="Text">Its JSON without the white space.</param>
/// <param name="Fingerprint">
/// SHA-256 (lower-case hex) over its JSON with ordered keys: documents that differ in white space, in the order of attributes or in
/// <c>{"type":"int"}</c> for <c>"int"</c> are one schema. Docs, defaults and logical types count: readers depend on them.
/// </param>
/// <param name="Shape">What compatibility is decided on.</param>
internal sealed record AvroDocument(string Text, string Fingerprint, AvroShape Shape)
{
    /// <summary>Understands a schema.</summary>
    /// <exception cref="RegistryFault">It is not valid Avro (42201).</exception>
    public static AvroDocument Parse(string text)
    {
        try
        {
            var node = JsonNode.Parse(text) ?? throw RegistryFault.InvalidSchema("it is null");
            using var document = JsonDocument.Parse(node.ToJsonString());
            var shape = AvroShapeReader.Read(document.RootElement);
            var minified = node.ToJsonString();

            // What the rest of the system cannot read must not be registered either.
            _ = Avro.Schema.Parse(minified);
            return new AvroDocument(minified, FingerprintOf(node), shape);
        }
        catch (Exception exception) when (exception is not (RegistryFault or OutOfMemoryException))
        {
            // The library's parser throws many kinds; its text may repeat the document, so only the kind is passed on.
            throw RegistryFault.InvalidSchema($"the schema cannot be read ({exception.GetType().Name})");
        }
    }

    private static string FingerprintOf(JsonNode schema) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Ordered(schema)!.ToJsonString())));

    private static JsonNode? Ordered(JsonNode? node) =>
        node switch
        {
            JsonObject { Count: 1 } only when only["type"] is { } type => Ordered(type),
            JsonObject members => new JsonObject(
                members
                    .OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => KeyValuePair.Create(member.Key, Ordered(member.Value)))
            ),
            JsonArray items => new JsonArray([.. items.Select(Ordered)]),
            _ => node?.DeepClone(),
        };
}
