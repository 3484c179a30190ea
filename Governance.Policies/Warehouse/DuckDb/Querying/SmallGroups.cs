using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>
/// Views that answer for groups alone. One shape is proven and every other one refused: one SELECT over that view alone, with keys that
/// are columns (or parts of their times), conditions that compare a column with a value, and aggregates of whole columns. It gets a
/// HAVING that counts the group's people.
/// </summary>
internal static class SmallGroups
{
    /// <summary>The view with a smallest group that the root reads directly, if it does.</summary>
    public static IssuedTable? Find(StatementCheck check, JsonObject root) =>
        root["from_table"] is JsonObject from
        && from["type"]?.ToString() is "BASE_TABLE"
        && from.ContainsKey("table_name")
        && !IsNamed(root, from)
        && check.Resolve(from) is { View.SmallestGroup: not null } table
            ? table
            : null;

    /// <summary>Checks the shape, and adds the condition.</summary>
    public static void Prove(IssuedTable table, JsonObject root, IReadOnlyDictionary<string, object?> parameters)
    {
        new Shape(table, parameters).Check(root);
        var condition = Condition(table.View.SmallestGroup!);
        root["having"] = root["having"] is JsonObject own
            ? new JsonObject
            {
                ["class"] = "CONJUNCTION",
                ["type"] = "CONJUNCTION_AND",
                ["alias"] = "",
                ["query_location"] = 0,
                ["children"] = new JsonArray(condition, own.DeepClone()),
            }
            : condition;
    }

    /// <summary>Whether the condition stands in a statement that was checked, for the one view that it reads.</summary>
    public static bool Holds(StatementCheck check, JsonObject root)
    {
        if (check.Used is not [{ View.SmallestGroup: { } group }] || root["having"] is not JsonObject having)
        {
            return false;
        }

        var condition = Condition(group);
        return Tree.Same(having, condition)
            || (
                having["type"]?.ToString() is "CONJUNCTION_AND"
                && having.Array("children").Any(child => Tree.Same(child, condition))
            );
    }

    public static StatementRefusedException Refused(JsonObject node) =>
        Tree.Refused(
            node,
            "group_only",
            "A view of this query answers for groups of people alone, and this part of the query is not one that can be proven to.",
            "Ask it alone: SELECT keys and count, sum, avg, stddev or var of columns FROM it WHERE a column is compared with a value GROUP BY "
                + "columns. The column that tells people apart may only be counted: count(DISTINCT …).",
            QueryRefusalKind.NotGranted
        );

    private static bool IsNamed(JsonObject root, JsonObject from) =>
        root["cte_map"]?["map"] is JsonArray { Count: > 0 } named
        && named.Any(entry =>
            string.Equals(entry?["key"]?.ToString(), from["table_name"]?.ToString(), StringComparison.OrdinalIgnoreCase)
        );

    private static JsonObject Condition(SmallestGroup group) =>
        (JsonObject)
            JsonNode.Parse(
                $$$"""
                {"class":"COMPARISON","type":"COMPARE_GREATERTHANOREQUALTO","alias":"","query_location":0,"left":{"class":"FUNCTION",
                "type":"FUNCTION","alias":"","query_location":0,"function_name":"count","schema":"","children":[{"class":"COLUMN_REF",
                "type":"COLUMN_REF","alias":"","query_location":0,"column_names":[{{{JsonSerializer.Serialize(
                    group.Subject
                )}}}]}],"filter":null,
                "order_bys":{"type":"ORDER_MODIFIER","orders":[]},"distinct":true,"is_operator":false,"export_state":false,"catalog":""},
                "right":{"class":"CONSTANT","type":"VALUE_CONSTANT","alias":"","query_location":0,"value":{"type":{"id":"INTEGER",
                "type_info":null},"is_null":false,"value":{{{group.Size}}} } } }
                """
            )!;

    private sealed class Shape(IssuedTable table, IReadOnlyDictionary<string, object?> parameters)
    {
        private readonly HashSet<string> _aliases = new(StringComparer.OrdinalIgnoreCase);

        public void Check(JsonObject root)
        {
            Require(root, root.Text("type") is "SELECT_NODE" && root.Object("cte_map").Array("map").Count == 0);
            Require(root, root.Text("aggregate_handling") is "STANDARD_HANDLING" && root["qualify"] is null);
            Require(root, root.Array("group_sets").Count <= 1);
            Require(root, root.Object("from_table").Array("column_name_alias").Count == 0);
            var aggregates = 0;
            foreach (var item in root.Objects("select_list"))
            {
                if (!IsKey(item))
                {
                    Aggregated(item, ref aggregates);
                }

                // An alias that is a column's name would make the one look like the other.
                var alias = item.Text("alias");
                Require(item, alias.Length == 0 || !table.Columns.Any(column => Same(column.Name, alias)));
                _aliases.Add(alias);
            }

            foreach (var key in root.Objects("group_expressions"))
            {
                Require(key, IsKey(key) || IsPlace(key) || IsAlias(key));
            }

            // Without groups and without aggregates, a HAVING would make one row of all; with it, DuckDB itself wants keys grouped.
            Require(root, aggregates > 0 || root.Array("group_expressions").Count > 0);
            if (root["where_clause"] is JsonObject where)
            {
                Where(where);
            }

            if (root["having"] is JsonObject having)
            {
                Having(having);
            }

            foreach (var modifier in root.Objects("modifiers"))
            {
                switch (modifier.Text("type"))
                {
                    case "ORDER_MODIFIER":
                        foreach (var order in modifier.Objects("orders"))
                        {
                            var by = order.Object("expression");
                            if (!IsKey(by) && !IsPlace(by) && !IsAlias(by))
                            {
                                Aggregated(by, ref aggregates);
                            }
                        }

                        break;
                    case "LIMIT_MODIFIER":
                        foreach (var limit in (string[])["limit", "offset"])
                        {
                            Require(
                                root,
                                modifier[limit] is null || modifier[limit] is JsonObject number && IsValue(number)
                            );
                        }

                        break;
                    default:
                        throw Refused(root);
                }
            }
        }

        private static void Require(JsonObject node, bool holds)
        {
            if (!holds)
            {
                throw Refused(node);
            }
        }

        private static bool Same(string one, string other) =>
            string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

        private static bool IsValue(JsonObject node) => node.Text("class") is "CONSTANT" or "PARAMETER";

        private static bool IsPlace(JsonObject node) => node.Text("class") is "CONSTANT";

        private bool IsAlias(JsonObject node) =>
            node.Text("class") is "COLUMN_REF"
            && node.Array("column_names") is [{ } name]
            && name.ToString() is { Length: > 0 } alias
            && _aliases.Contains(alias);

        // A column of the view that is not the person's own.
        private (string Name, string Type)? ColumnOf(JsonObject node)
        {
            if (node.Text("class") is not "COLUMN_REF")
            {
                return null;
            }

            var name = node.Array("column_names")[^1]!.ToString();
            var found = table.Columns.Where(column => Same(column.Name, name)).ToArray();
            return node.Array("column_names").Count <= 2 && found is [var one] && !IsSubject(name) ? one : null;
        }

        private bool IsSubject(string name) => Same(name, table.View.SmallestGroup!.Subject);

        private bool IsKey(JsonObject node) =>
            ColumnOf(node) is not null
            || (
                node.Text("class") is "FUNCTION"
                && AllowedFunctions.OfKeys.Contains(node.Text("function_name"))
                && node.Objects("children")
                    .All(child => child.Text("class") is "CONSTANT" || ColumnOf(child) is not null)
            );

        // Arithmetic over aggregates and values.
        private void Aggregated(JsonObject node, ref int aggregates)
        {
            switch (node.Text("class"))
            {
                case "CONSTANT" or "PARAMETER":
                    return;
                case "CAST":
                    Aggregated(node.Object("child"), ref aggregates);
                    return;
                case "FUNCTION" when node.Text("function_name") is "+" or "-" or "*" or "/" or "round":
                    foreach (var child in node.Objects("children"))
                    {
                        Aggregated(child, ref aggregates);
                    }

                    return;
                case "FUNCTION" when AllowedFunctions.OfGroups.Contains(node.Text("function_name")):
                    Require(node, node["filter"] is null);
                    var isCount = Same(node.Text("function_name"), "count");
                    var isDistinct = node.Flag("distinct");
                    Require(node, !isDistinct || isCount);
                    Require(node, node.Object("order_bys").Array("orders").Count == 0);
                    foreach (var child in node.Objects("children"))
                    {
                        var isCountOfPeople =
                            isDistinct
                            && child.Text("class") is "COLUMN_REF"
                            && IsSubject(child.Array("column_names")[^1]!.ToString());
                        Require(
                            node,
                            isCountOfPeople || ColumnOf(child) is not null || (isCount && child.Text("class") is "STAR")
                        );
                    }

                    aggregates++;
                    return;
                default:
                    throw Refused(node);
            }
        }

        private void Having(JsonObject node)
        {
            var aggregates = 0;
            switch (node.Text("class"))
            {
                case "CONJUNCTION":
                    foreach (var child in node.Objects("children"))
                    {
                        Having(child);
                    }

                    return;
                case "COMPARISON":
                    Aggregated(node.Object("left"), ref aggregates);
                    Aggregated(node.Object("right"), ref aggregates);
                    return;
                default:
                    throw Refused(node);
            }
        }

        /// <summary>
        /// Conditions that cannot fail on a row: an error would tell of one person. So a column is compared with a value of its own kind, which
        /// DuckDB converts before it looks at rows.
        /// </summary>
        private void Where(JsonObject node)
        {
            switch (node.Text("class"))
            {
                case "CONJUNCTION":
                case "OPERATOR" when node.Text("type") is "OPERATOR_NOT":
                    foreach (var child in node.Objects("children"))
                    {
                        Where(child);
                    }

                    return;
                case "OPERATOR" when node.Text("type") is "OPERATOR_IS_NULL" or "OPERATOR_IS_NOT_NULL":
                    Require(node, ColumnOf((JsonObject)node.Array("children")[0]!) is not null);
                    return;
                case "OPERATOR" when node.Text("type") is "COMPARE_IN" or "COMPARE_NOT_IN":
                    Compared(node, [.. node.Objects("children")]);
                    return;
                case "BETWEEN":
                    Compared(node, [node.Object("input"), node.Object("lower"), node.Object("upper")]);
                    return;
                case "COMPARISON":
                    var left = node.Object("left");
                    var right = node.Object("right");
                    Compared(node, IsColumnClass(left) ? [left, right] : [right, left]);
                    return;
                case "FUNCTION" when AllowedFunctions.Like.Contains(node.Text("function_name")):
                    Compared(node, [.. node.Objects("children")]);
                    return;
                default:
                    throw Refused(node);
            }
        }

        private static bool IsColumnClass(JsonObject node) => node.Text("class") is "COLUMN_REF";

        private void Compared(JsonObject node, IReadOnlyList<JsonObject> parts)
        {
            Require(node, parts.Count > 1 && ColumnOf(parts[0]) is not null);
            var kind = KindOf(ColumnOf(parts[0])!.Value.Type);
            Require(
                node,
                kind is not null && parts.Skip(1).All(part => KindOfValue(part) is { } own && Fits(own, kind.Value))
            );
        }

        // A text is read as a moment once, before any row.
        private static bool Fits(Kind value, Kind column) =>
            value == column || value == Kind.Null || (value == Kind.Text && column == Kind.Moment);

        private enum Kind
        {
            Null,
            Text,
            Number,
            Moment,
            Truth,
        }

        private static Kind? KindOf(string type) =>
            type switch
            {
                "VARCHAR" => Kind.Text,
                "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "FLOAT" or "DOUBLE" => Kind.Number,
                "DATE" or "TIME" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE" or "UUID" => Kind.Moment,
                "BOOLEAN" => Kind.Truth,
                _ when type.StartsWith("DECIMAL(", StringComparison.Ordinal) => Kind.Number,
                _ => null,
            };

        private Kind? KindOfValue(JsonObject node)
        {
            switch (node.Text("class"))
            {
                case "CONSTANT":
                    return node.Object("value").Object("type").Text("id") switch
                    {
                        "NULL" => Kind.Null,
                        "VARCHAR" => Kind.Text,
                        "INTEGER" or "BIGINT" or "DECIMAL" or "DOUBLE" => Kind.Number,
                        _ => null,
                    };
                // DATE '2026-01-01', TRUE.
                case "CAST" when node.Object("child").Text("class") is "CONSTANT":
                    return KindOf(node.Object("cast_type").Text("id"));
                case "PARAMETER":
                    return parameters.GetValueOrDefault(node.Text("identifier")) switch
                    {
                        string => Kind.Text,
                        long or decimal or double => Kind.Number,
                        bool => Kind.Truth,
                        _ => null,
                    };
                default:
                    return null;
            }
        }
    }
}
