using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Rest;

/// <summary>Patch semantics: a field that is sent replaces, null removes, and maps such as labels are merged key by key.</summary>
internal static class MergePatch
{
    /// <summary>Applies a patch to an object (RFC 7396).</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject inner when target[name] is JsonObject existing:
                    Apply(existing, inner);
                    break;
                case JsonObject inner:
                    var added = new JsonObject();
                    Apply(added, inner);
                    target[name] = added;
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
    }
}
