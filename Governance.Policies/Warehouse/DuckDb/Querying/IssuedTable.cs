using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Governance.Policies.Warehouse.Querying;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>A granted view as it stands in the warehouse.</summary>
/// <param name="View">The grant's.</param>
/// <param name="Columns">Its columns and their types.</param>
internal sealed record IssuedTable(GrantedView View, ImmutableArray<(string Name, string Type)> Columns)
{
    public const string Schema = "published";

    /// <summary>Of the views that were granted, those that stand.</summary>
    public static ImmutableArray<IssuedTable> Read(DuckDbSession session, IEnumerable<GrantedView> views)
    {
        var columns = session.Query(
            SqlText.Of(
                $"""
                SELECT table_name, column_name, data_type FROM duckdb_columns()
                WHERE database_name = current_database() AND schema_name = {SqlValue.Of(
                    Schema
                )} ORDER BY table_name, column_index
                """
            ),
            row => (View: row.GetString(0), Name: row.GetString(1), Type: row.GetString(2))
        );
        var found = columns.ToLookup(
            column => column.View,
            column => (column.Name, column.Type),
            StringComparer.Ordinal
        );
        return
        [
            .. views
                .Where(view => found.Contains(view.Name))
                .Select(view => new IssuedTable(view, [.. found[view.Name]])),
        ];
    }

    /// <summary>
    /// The view inside of a subquery whose limit lets every row pass. The optimizer moves no condition through a limit, so that nothing
    /// of the query is ever worked out on a row that the view hides: an error of such a row would tell that it is there.
    /// </summary>
    public JsonObject Fenced(string alias, JsonNode? place, JsonArray columns) =>
        new()
        {
            ["type"] = "SUBQUERY",
            ["alias"] = alias,
            ["sample"] = null,
            ["query_location"] = place,
            ["subquery"] = new JsonObject { ["node"] = Fence(), ["named_param_map"] = new JsonArray() },
            ["column_name_alias"] = columns,
        };

    /// <summary>Whether a query is this view inside of its fence, and nothing else.</summary>
    public bool IsFence(JsonObject query) => Tree.Same(query, Fence());

    private JsonObject Fence() => (JsonObject)JsonNode.Parse(FenceOf(View.Name))!;

    private static string FenceOf(string name) =>
        $$$"""
            {"type":"SELECT_NODE","modifiers":[{"type":"LIMIT_MODIFIER","limit":{"class":"CONSTANT","type":"VALUE_CONSTANT","alias":"",
            "query_location":0,"value":{"type":{"id":"BIGINT","type_info":null},"is_null":false,"value":9223372036854775807}},"offset":null}],
            "cte_map":{"map":[]},"select_list":[{"class":"STAR","type":"STAR","alias":"","query_location":0,"relation_name":"",
            "exclude_list":[],"replace_list":[],"columns":false,"expr":null,"qualified_exclude_list":[],"rename_list":[]}],
            "from_table":{"type":"BASE_TABLE","alias":"","sample":null,"query_location":0,"schema_name":"{{{Schema}}}",
            "table_name":{{{System.Text.Json.JsonSerializer.Serialize(
                name
            )}}},"column_name_alias":[],"catalog_name":"","at_clause":null},
            "where_clause":null,"group_expressions":[],"group_sets":[],"aggregate_handling":"STANDARD_HANDLING","having":null,
            "sample":null,"qualify":null}
            """;
}
