using System.Text.Json.Nodes;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>Reads nodes of a statement's tree. What is not there in the form that is expected is refused.</summary>
internal static class Tree
{
    // "query_location" of a node that was not written by the person.
    private const ulong Nowhere = ulong.MaxValue;

    public static JsonObject Object(this JsonObject node, string key) =>
        node[key] as JsonObject ?? throw Unsupported(node);

    public static JsonArray Array(this JsonObject node, string key) =>
        node[key] as JsonArray ?? throw Unsupported(node);

    public static string Text(this JsonObject node, string key) =>
        node[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Unsupported(node);

    public static bool Flag(this JsonObject node, string key) =>
        node[key] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : throw Unsupported(node);

    public static IEnumerable<JsonObject> Objects(this JsonObject node, string key)
    {
        // By position: a child may be put inside of another node while it is visited.
        var array = node.Array(key);
        for (var at = 0; at < array.Count; at++)
        {
            yield return array[at] as JsonObject ?? throw Unsupported(node);
        }
    }

    /// <summary>Refuses a node that has more to it than these members.</summary>
    public static void Only(this JsonObject node, params ReadOnlySpan<string> keys)
    {
        foreach (var (key, _) in node)
        {
            if (!keys.Contains(key) && key is not "query_location")
            {
                throw Unsupported(node);
            }
        }
    }

    /// <summary>Refuses a node where a member is more than its empty form.</summary>
    public static void Empty(this JsonObject node, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            var isEmpty = node[key] switch
            {
                null => true,
                JsonArray array => array.Count == 0,
                JsonValue value => value.TryGetValue<string>(out var text)
                    ? text.Length == 0
                    : value.TryGetValue<bool>(out var flag) && !flag,
                _ => false,
            };
            if (!isEmpty)
            {
                throw Unsupported(node);
            }
        }
    }

    public static long? Place(JsonObject node) =>
        node["query_location"] is JsonValue value && value.TryGetValue<ulong>(out var at) && at != Nowhere
            ? (long)at
            : null;

    public static StatementRefusedException Unsupported(JsonObject node) =>
        Refused(
            node,
            "not_offered",
            "The statement uses a part of the language that is not offered here.",
            "Write it with SELECT, joins, WHERE, GROUP BY, windows, WITH and set operations over the datasets that were granted to you."
        );

    public static StatementRefusedException Refused(
        JsonObject node,
        string code,
        string message,
        string next,
        QueryRefusalKind kind = QueryRefusalKind.Statement
    ) => new(kind, code, message, next, Place(node));

    /// <summary>Whether two trees are the same but for where they were written.</summary>
    public static bool Same(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(Bare(one), Bare(other));

    /// <summary>A copy without positions, and without literals where asked.</summary>
    public static JsonNode? Bare(JsonNode? node, bool literals = true)
    {
        switch (node)
        {
            case JsonObject one:
                var copy = new JsonObject();
                foreach (var (key, value) in one)
                {
                    if (key is "query_location" or "named_param_map")
                    {
                        continue;
                    }

                    var isLiteral = !literals && key is "value" && one["class"]?.ToString() is "CONSTANT";
                    copy[key] = isLiteral ? null : Bare(value, literals);
                }

                return copy;
            case JsonArray many:
                return new JsonArray([.. many.Select(item => Bare(item, literals))]);
            default:
                return node?.DeepClone();
        }
    }
}
