using System.Text.Json.Nodes;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>Expressions. Each gives how many nodes it has once the names in it are replaced by what they stand for.</summary>
internal sealed partial class StatementCheck
{
    private const long WeightOfQuery = 500;

    private void Maybe(JsonObject node, string key, Scope scope)
    {
        if (node[key] is { } child)
        {
            Expression(child as JsonObject ?? throw Tree.Unsupported(node), scope);
        }
    }

    private long Expression(JsonObject node, Scope scope)
    {
        Enter(node);
        var weight = node.Text("class") switch
        {
            "COLUMN_REF" => ColumnOf(node, scope),
            "CONSTANT" => Constant(node),
            "PARAMETER" => Parameter(node),
            "COMPARISON" => Children(node, scope, "COMPARE_", "left", "right"),
            "BETWEEN" => Children(node, scope, "COMPARE_BETWEEN", "input", "lower", "upper"),
            "CONJUNCTION" => Conjunction(node, scope),
            "OPERATOR" => Operator(node, scope),
            "CAST" => Cast(node, scope),
            "CASE" => Case(node, scope),
            "COLLATE" => Collate(node, scope),
            "SUBQUERY" => SubqueryOf(node, scope),
            "FUNCTION" => Call(node, scope),
            "WINDOW" => WindowOf(node, scope),
            "STAR" => StarOf(node),
            _ => throw Tree.Unsupported(node),
        };
        _depth--;
        _weight += weight;
        if (weight > MostWeight || _weight > 4 * MostWeight)
        {
            throw TooLarge(Tree.Place(node));
        }

        return weight;
    }

    private long ColumnOf(JsonObject node, Scope scope)
    {
        node.Only("class", "type", "alias", "column_names");
        var names = node.Array("column_names");
        if (!isFinal && names.Count > 2 && Same((string)names[0]!, IssuedTable.Schema))
        {
            // published.<table>.<column>: the table stands under its own name.
            names.RemoveAt(0);
        }

        string[] parts = [.. names.Select(name => (string)name!)];
        if (
            parts is [var alone]
            && SystemNames.Contains(alone)
            && !tables.Any(table => table.Columns.Any(column => Same(column.Name, alone)))
        )
        {
            throw Tree.Refused(
                node,
                "not_offered",
                "The names of user, role, catalog and schema are not offered.",
                "Leave it out."
            );
        }

        _columns.AddRange(parts.Select(part => (part, node)));
        if (parts is [var name])
        {
            _alone.Add(name);
        }

        return scope.WeightOf(parts);
    }

    // DuckDB takes such a name for a function where no column has it.
    private static readonly HashSet<string> SystemNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "current_user",
        "current_role",
        "current_catalog",
        "current_schema",
        "current_database",
        "session_user",
        "user",
    };

    private long Constant(JsonObject node)
    {
        node.Only("class", "type", "alias", "value");
        var value = node.Object("value");
        value.Only("type", "is_null", "value");
        if (
            value.Object("type").Text("id")
            is not ("NULL" or "BOOLEAN" or "INTEGER" or "BIGINT" or "HUGEINT" or "DECIMAL" or "DOUBLE" or "VARCHAR")
        )
        {
            throw Tree.Unsupported(node);
        }

        if (
            value["value"] is JsonValue text
            && text.TryGetValue<string>(out var written)
            && written.Length > BoundedText.Longest
        )
        {
            throw Tree.Refused(
                node,
                "literal_too_long",
                $"A text of the statement has more than {BoundedText.Longest} characters.",
                "Write a shorter one."
            );
        }

        if (!isFinal && value.Object("type").Text("id") is "DOUBLE")
        {
            // DuckDB writes 1e3 as 1000.0, which it reads as a decimal.
            var cast = new JsonObject
            {
                ["class"] = "CAST",
                ["type"] = "OPERATOR_CAST",
                ["alias"] = node["alias"]?.DeepClone(),
                ["query_location"] = node["query_location"]?.DeepClone(),
                ["child"] = null,
                ["cast_type"] = new JsonObject { ["id"] = "DOUBLE", ["type_info"] = null },
                ["try_cast"] = false,
            };
            node["alias"] = "";
            node.ReplaceWith(cast);
            cast["child"] = node;
        }

        return 1;
    }

    private long Parameter(JsonObject node)
    {
        node.Only("class", "type", "alias", "identifier");
        var name = node.Text("identifier");
        Parameters.Add(name);
        return parameters.ContainsKey(name)
            ? 1
            : throw Tree.Refused(
                node,
                "parameter_missing",
                "The statement names a parameter that has no value.",
                "Send as many values as the statement names, in an array for ? and $1, by name for $name."
            );
    }

    private long Children(JsonObject node, Scope scope, string type, params ReadOnlySpan<string> keys)
    {
        node.Only(["class", "type", "alias", .. keys]);
        if (!node.Text("type").StartsWith(type, StringComparison.Ordinal))
        {
            throw Tree.Unsupported(node);
        }

        var weight = 1L;
        foreach (var key in keys)
        {
            weight += Expression(node.Object(key), scope);
        }

        return weight;
    }

    private long Conjunction(JsonObject node, Scope scope)
    {
        node.Only("class", "type", "alias", "children");
        return 1 + Sum(node, "children", scope);
    }

    private long Operator(JsonObject node, Scope scope)
    {
        node.Only("class", "type", "alias", "children");
        if (
            node.Text("type")
            is not (
                "OPERATOR_NOT"
                or "OPERATOR_IS_NULL"
                or "OPERATOR_IS_NOT_NULL"
                or "OPERATOR_COALESCE"
                or "OPERATOR_NULLIF"
                or "COMPARE_IN"
                or "COMPARE_NOT_IN"
                or "ARRAY_EXTRACT"
                or "STRUCT_EXTRACT"
                or "GROUPING_FUNCTION"
            )
        )
        {
            throw Tree.Unsupported(node);
        }

        return 1 + Sum(node, "children", scope);
    }

    private long Cast(JsonObject node, Scope scope)
    {
        node.Only("class", "type", "alias", "child", "cast_type", "try_cast");
        if (
            node.Object("cast_type").Text("id")
            is not (
                "BOOLEAN"
                or "TINYINT"
                or "SMALLINT"
                or "INTEGER"
                or "BIGINT"
                or "HUGEINT"
                or "UTINYINT"
                or "USMALLINT"
                or "UINTEGER"
                or "UBIGINT"
                or "FLOAT"
                or "DOUBLE"
                or "DECIMAL"
                or "VARCHAR"
                or "DATE"
                or "TIME"
                or "TIMESTAMP"
                or "TIMESTAMP WITH TIME ZONE"
                or "INTERVAL"
                or "UUID"
            )
        )
        {
            throw Tree.Refused(
                node,
                "type_not_offered",
                "Values cannot be turned into this type here.",
                "Use a plain type, such as VARCHAR, BIGINT, DECIMAL, DOUBLE, DATE, TIMESTAMP or UUID."
            );
        }

        return 1 + Expression(node.Object("child"), scope);
    }

    private long Case(JsonObject node, Scope scope)
    {
        node.Only("class", "type", "alias", "case_checks", "else_expr");
        var weight = 1L;
        foreach (var check in node.Objects("case_checks"))
        {
            check.Only("when_expr", "then_expr");
            weight += Expression(check.Object("when_expr"), scope) + Expression(check.Object("then_expr"), scope);
        }

        return weight + Expression(node.Object("else_expr"), scope);
    }

    private long Collate(JsonObject node, Scope scope)
    {
        node.Only("class", "type", "alias", "child", "collation");
        return node.Text("collation").ToUpperInvariant() is "NOCASE" or "NOACCENT" or "BINARY"
            ? 1 + Expression(node.Object("child"), scope)
            : throw Tree.Unsupported(node);
    }

    private long SubqueryOf(JsonObject node, Scope scope)
    {
        node.Only("class", "type", "alias", "subquery_type", "subquery", "child", "comparison_type");
        if (node.Text("subquery_type") is not ("SCALAR" or "EXISTS" or "NOT_EXISTS" or "ANY"))
        {
            throw Tree.Unsupported(node);
        }

        Maybe(node, "child", scope);
        var query = node.Object("subquery");
        query.Only("node", "named_param_map");
        var before = _sources;
        _sources = 0;
        var size = Query(query.Object("node"), scope);
        _sources = before + size.Sources;
        return _sources > MostSources ? throw TooLarge(Tree.Place(node)) : WeightOfQuery + size.Weight;
    }

    // As a select item.
    private long Star(JsonObject node, Scope scope, Dictionary<string, long> weights)
    {
        Enter(node);
        _readsAll = true;
        node.Only(
            "class",
            "type",
            "alias",
            "relation_name",
            "exclude_list",
            "replace_list",
            "columns",
            "expr",
            "qualified_exclude_list",
            "rename_list"
        );
        node.Empty("columns", "expr", "rename_list", "qualified_exclude_list", "alias");
        var heaviest = scope.Tables.Select(table => table.Weight).DefaultIfEmpty(1).Max();
        foreach (var entry in node.Objects("replace_list"))
        {
            entry.Only("key", "value");
            var weight = Expression(entry.Object("value"), scope);
            weights[entry.Text("key")] = weight;
            heaviest = Math.Max(heaviest, weight);
        }

        _depth--;
        return heaviest;
    }

    // count(*), and ORDER BY ALL, which DuckDB writes as a star of all columns.
    private static long StarOf(JsonObject node)
    {
        node.Empty(
            "relation_name",
            "exclude_list",
            "replace_list",
            "expr",
            "qualified_exclude_list",
            "rename_list",
            "alias"
        );
        return node.Parent is JsonObject order && order.ContainsKey("null_order") ? 1 : throw Tree.Unsupported(node);
    }

    private long Call(JsonObject node, Scope scope)
    {
        if (isFinal && bounded.Inside(node) is { } inside)
        {
            return CallOf(inside, scope, isBounded: true);
        }

        return CallOf(node, scope, isBounded: false);
    }

    private long CallOf(JsonObject node, Scope scope, bool isBounded)
    {
        node.Only(
            "class",
            "type",
            "alias",
            "function_name",
            "schema",
            "children",
            "filter",
            "order_bys",
            "distinct",
            "is_operator",
            "export_state",
            "catalog"
        );
        var name = CheckCall(node);
        var isAggregate = AllowedFunctions.Aggregate.Contains(name);
        var isGrowing = AllowedFunctions.Growing.Contains(name);
        if (
            !isAggregate
            && !isGrowing
            && !AllowedFunctions.Scalar.Contains(name)
            && !AllowedFunctions.Matching.Contains(name)
        )
        {
            throw NotOffered(node);
        }

        if (isGrowing && isFinal != isBounded)
        {
            throw Tree.Unsupported(node);
        }

        if (AllowedFunctions.Matching.Contains(name))
        {
            Pattern(node, name);
        }

        if (Same(name, "replace") || Same(name, "regexp_replace"))
        {
            Replacement(node);
        }

        if (!isAggregate)
        {
            node.Empty("distinct", "filter");
        }

        var weight = 1 + Arguments(node, scope);
        Maybe(node, "filter", scope);
        Orders(node.Object("order_bys"), "orders", scope);
        if (isGrowing && !isFinal)
        {
            bounded.Wrap(node);
        }

        // What a group came to cannot be put into another expression.
        return isAggregate ? 1 : weight + (isGrowing ? 12 : 0);
    }

    private static string CheckCall(JsonObject node)
    {
        node.Empty("export_state", "catalog");
        var name = node.Text("function_name");
        // The parser itself writes "main" for some.
        if (node.Text("schema") is not ("" or "main"))
        {
            throw NotOffered(node);
        }

        var arguments = 0;
        foreach (var argument in node.Objects("children"))
        {
            arguments++;
            // An argument by name opens options of a function.
            argument.Empty("alias");
        }

        return arguments <= AllowedFunctions.MostArguments(name.ToLowerInvariant())
            ? name
            : throw Tree.Refused(
                node,
                "arguments_refused",
                "The function has more arguments here than are offered.",
                "Use fewer, or nest it."
            );
    }

    private long Arguments(JsonObject node, Scope scope)
    {
        var weight = 0L;
        foreach (var argument in node.Objects("children"))
        {
            // count(*)
            if (argument.Text("class") is "STAR" && Same(node.Text("function_name"), "count"))
            {
                argument.Empty(
                    "relation_name",
                    "exclude_list",
                    "replace_list",
                    "columns",
                    "expr",
                    "qualified_exclude_list",
                    "rename_list"
                );
                continue;
            }

            weight += Expression(argument, scope);
        }

        return weight;
    }

    private long WindowOf(JsonObject node, Scope scope)
    {
        node.Only(
            "class",
            "type",
            "alias",
            "function_name",
            "schema",
            "catalog",
            "children",
            "partitions",
            "orders",
            "start",
            "end",
            "start_expr",
            "end_expr",
            "offset_expr",
            "default_expr",
            "ignore_nulls",
            "filter_expr",
            "exclude_clause",
            "distinct",
            "arg_orders"
        );
        var name = CheckCall(node);
        if (!AllowedFunctions.Window.Contains(name) && !AllowedFunctions.Aggregate.Contains(name))
        {
            throw NotOffered(node);
        }

        Arguments(node, scope);
        Sum(node, "partitions", scope);
        Orders(node, "orders", scope);
        Orders(node, "arg_orders", scope);
        foreach (var key in (string[])["start_expr", "end_expr", "offset_expr", "default_expr", "filter_expr"])
        {
            Maybe(node, key, scope);
        }

        return 1;
    }

    private void Orders(JsonObject node, string key, Scope scope)
    {
        foreach (var order in node.Objects(key))
        {
            order.Only("type", "null_order", "expression");
            Expression(order.Object("expression"), scope);
        }
    }

    private long Sum(JsonObject node, string key, Scope scope)
    {
        var weight = 0L;
        foreach (var child in node.Objects(key))
        {
            weight += Expression(child, scope);
        }

        return weight;
    }

    /// <summary>
    /// DuckDB tries a LIKE pattern at every place for each %: with many, or with a text from a row, one value would take hours, in which
    /// nothing can stop it. Regular expressions are linear (RE2), but compiled for each row where they differ.
    /// </summary>
    private void Pattern(JsonObject node, string name)
    {
        var (text, isLiteral) = Known(node, 1);
        var percents = text?.Count(character => character == '%') ?? 0;
        if (
            text is null
            || text.Length > 500
            || (
                AllowedFunctions.Like.Contains(name)
                && percents > (isLiteral && !text.Contains('_', StringComparison.Ordinal) ? 20 : 2)
            )
        )
        {
            throw Tree.Refused(
                node,
                "pattern_refused",
                "A pattern is a literal or a text parameter of at most 500 characters; of LIKE with at most two %, or twenty in a literal "
                    + "without _.",
                "Use contains(), starts_with() or regexp_matches() with a literal."
            );
        }
    }

    // For each character that is replaced it is written once: long, it would make a gigabyte of a vector's rows before the bound looks.
    private void Replacement(JsonObject node)
    {
        if (Known(node, 2) is not { Text.Length: <= 32 })
        {
            throw Tree.Refused(
                node,
                "replacement_refused",
                "A replacement is a literal or a text parameter of at most 32 characters.",
                "Replace by a shorter one."
            );
        }
    }

    // An argument whose text is known before any row.
    private (string? Text, bool IsLiteral) Known(JsonObject node, int at)
    {
        var argument =
            node.Array("children") is { } arguments && arguments.Count > at ? arguments[at] as JsonObject : null;
        return argument?["class"]?.ToString() switch
        {
            "CONSTANT" => (
                argument["value"]?["value"] is JsonValue value && value.TryGetValue<string>(out var own) ? own : null,
                true
            ),
            "PARAMETER" => (parameters.GetValueOrDefault(argument.Text("identifier")) as string, false),
            _ => (null, false),
        };
    }

    private static StatementRefusedException NotOffered(JsonObject node) =>
        Tree.Refused(
            node,
            "function_not_offered",
            "This function is not offered.",
            "Offered are the usual functions of numbers, texts and times, aggregates and windows; see the documentation of POST /query."
        );
}
