using System.Text.Json.Nodes;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>
/// Holds texts short that a query makes. DuckDB does not count what a text takes while a vector of 2,048 rows is worked on, and cannot
/// be interrupted within one: without this, a text doubled thirty times would end the process.
/// </summary>
internal sealed class BoundedText
{
    /// <summary>The longest text that a query may make, in bytes.</summary>
    public const int Longest = 4_096;

    /// <summary>What DuckDB's error says when one is longer.</summary>
    public const string Error = "governance_text_too_long";

    private const string Inner = "_governance_inner";

    private readonly JsonObject _template;

    public BoundedText(DuckDbSession session)
    {
        // As DuckDB itself writes it, so that it is known again after it was written and read.
        var sql =
            $"SELECT list_extract(list_transform(list_value({Inner}), (_governance_text -> CASE WHEN ((strlen(_governance_text) > {Longest})) "
            + $"THEN (error('{Error}')) ELSE _governance_text END)), 1)";
        var tree = StatementText.Parse(session, StatementText.Write(session, StatementText.Parse(session, sql)));
        _template = (JsonObject)StatementText.Root(tree).Array("select_list")[0]!;
    }

    /// <summary>Puts a node inside of the bound, in its own place.</summary>
    public void Wrap(JsonObject node)
    {
        var alias = node["alias"]?.DeepClone();
        var wrapper = (JsonObject)_template.DeepClone();
        wrapper["alias"] = alias;
        node["alias"] = "";
        node.ReplaceWith(wrapper);
        Arguments(wrapper)[0]!.ReplaceWith(node);
    }

    /// <summary>What stands inside, where a node is the bound.</summary>
    public JsonObject? Inside(JsonObject node)
    {
        if (node["function_name"]?.ToString() is not "list_extract" || node.DeepClone() is not JsonObject copy)
        {
            return null;
        }

        try
        {
            var inside = Arguments(node)[0] as JsonObject;
            copy["alias"] = "";
            Arguments(copy)[0] = Arguments(_template)[0]!.DeepClone();
            return Tree.Same(copy, _template) ? inside : null;
        }
        catch (Exception error)
            when (error is StatementRefusedException or ArgumentOutOfRangeException or InvalidCastException)
        {
            return null;
        }
    }

    private static JsonArray Arguments(JsonObject wrapper) =>
        ((JsonObject)((JsonObject)wrapper.Array("children")[0]!).Array("children")[0]!).Array("children");
}
