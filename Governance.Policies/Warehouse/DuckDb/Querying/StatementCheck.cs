using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>
/// Walks a statement's tree. Each node is one of a list, with no more to it than the list says; each table is a granted view or a query that
/// WITH names; each function is one of <see cref="AllowedFunctions"/>. On its way it puts every view inside of its fence
/// (<see cref="IssuedTable.Fenced"/>), gives every query of WITH a name that no table has, and bounds texts
/// (<see cref="BoundedText"/>). What it made is written as text, read again, and walked again as <paramref name="isFinal"/>: there
/// only what it made itself passes, so that what runs is what was checked.
/// </summary>
/// <remarks>The tree's form is DuckDB's, and may change with it: what is new is refused.</remarks>
internal sealed partial class StatementCheck(
    ImmutableArray<IssuedTable> tables,
    IReadOnlyDictionary<string, object?> parameters,
    BoundedText bounded,
    bool isFinal
)
{
    private const int MostDepth = 120;
    private const int MostNodes = 5_000;
    private const long MostSources = 32;
    private const long MostColumns = 2_000;
    private const long MostWeight = 50_000;

    // No dataset's name starts like this (SystemTables.Prefix): a name that DuckDB looks for elsewhere than here is found nowhere.
    private const string QueryPrefix = "_governance_query_";

    private readonly List<IssuedTable> _used = [];
    private readonly List<(string Name, JsonObject Node)> _columns = [];
    private readonly HashSet<string> _alone = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _relations = new(StringComparer.OrdinalIgnoreCase);
    private bool _readsAll;
    private int _depth;
    private int _nodes;
    private int _queries;
    private long _weight;
    private long _sources;

    /// <summary>The views that are read, each once.</summary>
    public ImmutableArray<IssuedTable> Used => [.. _used.Distinct()];

    /// <summary>The columns that are named, and where.</summary>
    public IReadOnlyList<(string Name, JsonObject Node)> Columns => _columns;

    /// <summary>
    /// Whether columns may be read that are not named: by a star, by a join of all that are called the same, under other names, or by the
    /// name of a table, which stands for its row.
    /// </summary>
    public bool ReadsAllColumns => _readsAll || _alone.Overlaps(_relations);

    /// <summary>The parameters that are named.</summary>
    public HashSet<string> Parameters { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks a whole statement.</summary>
    /// <exception cref="StatementRefusedException">It is not answered.</exception>
    public void Check(JsonObject tree)
    {
        if (parameters.Values.OfType<string>().Any(text => text.Length > BoundedText.Longest))
        {
            throw new StatementRefusedException(
                QueryRefusalKind.Statement,
                "parameter_too_long",
                $"A text parameter has more than {BoundedText.Longest} characters.",
                "Send a shorter one.",
                at: null
            );
        }

        var statement = (JsonObject)tree.Array("statements")[0]!;
        statement.Only("node", "named_param_map");
        var root = statement.Object("node");
        var isProven = isFinal;
        if (!isFinal && SmallGroups.Find(this, root) is { } table)
        {
            SmallGroups.Prove(table, root, parameters);
            isProven = true;
        }

        Query(root, null);
        if (_used.Exists(used => used.View.SmallestGroup is not null) && !(isProven && SmallGroups.Holds(this, root)))
        {
            throw SmallGroups.Refused(root);
        }
    }

    /// <summary>The granted view that a table's name means, where it means one.</summary>
    public IssuedTable? Resolve(JsonObject table)
    {
        var name = table.Text("table_name");
        var schema = table.Text("schema_name");
        var isPublished = string.Equals(schema, IssuedTable.Schema, StringComparison.OrdinalIgnoreCase);
        if (table.Text("catalog_name").Length > 0 || (schema.Length > 0 && !isPublished))
        {
            return null;
        }

        var byName = tables.FirstOrDefault(one => Same(one.View.Name, name));
        IssuedTable[] byDataset = [.. tables.Where(one => Same(one.View.Dataset, name))];
        if ((isPublished || byDataset.Length == 0) && byName is not null)
        {
            return byName;
        }

        return byDataset.Length > 1
            ? throw Tree.Refused(
                table,
                "table_ambiguous",
                "Several views of this dataset are granted to you.",
                "Write the view's own name, published.<view>; GET /grants lists them."
            )
            : byDataset.FirstOrDefault();
    }

    public static StatementRefusedException TooLarge(long? at) =>
        new(
            QueryRefusalKind.Limit,
            "statement_too_large",
            "The statement is too large or too deeply nested, or becomes so when names are replaced by what they stand for.",
            "Ask for less at once, or in several queries.",
            at
        );

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private QuerySize Query(JsonObject node, Scope? outer)
    {
        Enter(node);
        var size = node.Text("type") switch
        {
            "SELECT_NODE" => Select(node, new Scope(outer)),
            "SET_OPERATION_NODE" => SetOperation(node, new Scope(outer)),
            "RECURSIVE_CTE_NODE" => throw Tree.Refused(
                node,
                "recursion",
                "Recursive queries are not offered.",
                "Write it without WITH RECURSIVE."
            ),
            _ => throw Tree.Unsupported(node),
        };
        _depth--;
        if (size.Width > MostColumns || size.Sources > MostSources || size.Weight > MostWeight)
        {
            throw TooLarge(Tree.Place(node));
        }

        return size;
    }

    private QuerySize Select(JsonObject node, Scope scope)
    {
        node.Only(
            "type",
            "modifiers",
            "cte_map",
            "select_list",
            "from_table",
            "where_clause",
            "group_expressions",
            "group_sets",
            "aggregate_handling",
            "having",
            "sample",
            "qualify"
        );
        node.Empty("sample");
        if (node.Text("aggregate_handling") is not ("STANDARD_HANDLING" or "FORCE_AGGREGATES"))
        {
            throw Tree.Unsupported(node);
        }

        Named(node, scope);
        var sourcesBefore = _sources;
        _sources = 0;
        Table(node.Object("from_table"), scope);
        var width = 0L;
        var weights = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        var heaviest = 1L;
        foreach (var item in node.Objects("select_list"))
        {
            if (item.Text("class") is "STAR")
            {
                heaviest = Math.Max(heaviest, Star(item, scope, weights));
                width += scope.Width;
                continue;
            }

            var name = item.Text("alias");
            var weight = Expression(item, scope);
            width++;
            heaviest = Math.Max(heaviest, weight);
            if (name.Length == 0 && item.Text("class") is "COLUMN_REF")
            {
                name = (string)item.Array("column_names")[^1]!;
            }

            if (name.Length > 0)
            {
                weights[name] = Math.Max(weight, weights.GetValueOrDefault(name));
                if (item.Text("class") is not "COLUMN_REF" || item.Text("alias").Length > 0)
                {
                    scope.AddAlias(name, weight);
                }
            }
        }

        Maybe(node, "where_clause", scope);
        foreach (var group in node.Objects("group_expressions"))
        {
            Expression(group, scope);
        }

        if (node.Array("group_sets").Count > 64)
        {
            throw TooLarge(Tree.Place(node));
        }

        Maybe(node, "having", scope);
        Maybe(node, "qualify", scope);
        Modifiers(node, scope);
        var sources = _sources;
        _sources += sourcesBefore;
        // Columns without a name, such as those of a star, weigh as much as the heaviest.
        foreach (var (column, weight) in scope.Tables.SelectMany(table => table.Weights))
        {
            weights.TryAdd(column, weight);
        }

        return new(width, Math.Max(1, sources), heaviest, weights);
    }

    private QuerySize SetOperation(JsonObject node, Scope scope)
    {
        node.Only("type", "modifiers", "cte_map", "setop_type", "left", "right", "setop_all");
        if (node.Text("setop_type") is not ("UNION" or "UNION_BY_NAME" or "EXCEPT" or "INTERSECT"))
        {
            throw Tree.Unsupported(node);
        }

        Named(node, scope);
        var left = Query(node.Object("left"), scope);
        var right = Query(node.Object("right"), scope);
        var weights = new Dictionary<string, long>(left.Weights, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, weight) in right.Weights)
        {
            weights[name] = Math.Max(weight, weights.GetValueOrDefault(name));
        }

        var size = new QuerySize(
            node.Text("setop_type") is "UNION_BY_NAME" ? left.Width + right.Width : Math.Max(left.Width, right.Width),
            left.Sources + right.Sources,
            Math.Max(left.Weight, right.Weight),
            // By position, columns of the right stand under the left's names.
            weights.ToDictionary(
                one => one.Key,
                _ => Math.Max(left.Weight, right.Weight),
                StringComparer.OrdinalIgnoreCase
            )
        );
        scope.Tables.Add(size);
        Modifiers(node, scope);
        return size;
    }

    // WITH: each query sees those before it.
    private void Named(JsonObject node, Scope scope)
    {
        var map = node.Object("cte_map");
        map.Only("map");
        foreach (var entry in map.Objects("map"))
        {
            entry.Only("key", "value");
            var value = entry.Object("value");
            value.Only("aliases", "query", "materialized", "key_targets");
            value.Empty("key_targets");
            var query = value.Object("query");
            query.Only("node", "named_param_map");
            var written = entry.Text("key");
            var sourcesBefore = _sources;
            _sources = 0;
            var size = Query(query.Object("node"), scope);
            _sources = sourcesBefore;
            if (value.Array("aliases").Count > 0)
            {
                size = size with { Weights = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase) };
            }

            var name = isFinal ? written : string.Create(CultureInfo.InvariantCulture, $"{QueryPrefix}{++_queries}");
            if (isFinal && !written.StartsWith(QueryPrefix, StringComparison.Ordinal))
            {
                throw Tree.Unsupported(node);
            }

            entry["key"] = name;
            if (!scope.Adds(written, new NamedQuery(name, size)))
            {
                throw Tree.Refused(
                    node,
                    "name_twice",
                    "WITH gives two queries the same name.",
                    "Name each by its own."
                );
            }
        }
    }

    private void Modifiers(JsonObject node, Scope scope)
    {
        foreach (var modifier in node.Objects("modifiers"))
        {
            switch (modifier.Text("type"))
            {
                case "ORDER_MODIFIER":
                    Orders(modifier, "orders", scope);
                    break;
                case "LIMIT_MODIFIER":
                    modifier.Only("type", "limit", "offset");
                    Maybe(modifier, "limit", scope);
                    Maybe(modifier, "offset", scope);
                    break;
                case "DISTINCT_MODIFIER":
                    modifier.Only("type", "distinct_on_targets");
                    foreach (var target in modifier.Objects("distinct_on_targets"))
                    {
                        Expression(target, scope);
                    }

                    break;
                default:
                    throw Tree.Unsupported(node);
            }
        }
    }

    private void Table(JsonObject table, Scope scope)
    {
        Enter(table);
        table.Empty("sample");
        switch (table.Text("type"))
        {
            case "EMPTY":
                table.Only("type", "alias", "sample");
                break;
            case "BASE_TABLE":
                Base(table, scope);
                break;
            case "SUBQUERY":
                Subquery(table, scope);
                break;
            case "JOIN":
                Join(table, scope);
                break;
            case "EXPRESSION_LIST":
                Values(table, scope);
                break;
            case "TABLE_FUNCTION":
                Function(table, scope);
                break;
            default:
                throw Tree.Unsupported(table);
        }

        _depth--;
        if (_sources > MostSources)
        {
            throw TooLarge(Tree.Place(table));
        }
    }

    private void Base(JsonObject table, Scope scope)
    {
        table.Only(
            "type",
            "alias",
            "sample",
            "schema_name",
            "table_name",
            "column_name_alias",
            "catalog_name",
            "at_clause"
        );
        table.Empty("at_clause");
        var name = table.Text("table_name");
        if (
            table.Text("schema_name").Length == 0
            && table.Text("catalog_name").Length == 0
            && scope.Find(name) is { } named
        )
        {
            table["table_name"] = named.Name;
            if (table.Text("alias").Length == 0)
            {
                table["alias"] = name;
            }

            Add(scope, table, named.Size);
            return;
        }

        // In the final text, views stand inside of their fences alone.
        if (isFinal || Resolve(table) is not { } issued)
        {
            throw Tree.Refused(
                table,
                "table_not_granted",
                "No table of this name is granted to you.",
                "GET /grants lists what is granted to you; ask for more by POST /access-requests.",
                QueryRefusalKind.NotGranted
            );
        }

        _used.Add(issued);
        Add(scope, table, QuerySize.Of(issued.Columns.Length, issued.Columns.Select(column => column.Name)));
        var alias = table.Text("alias") is { Length: > 0 } given ? given : name;
        _relations.Add(alias);
        table.ReplaceWith(
            issued.Fenced(
                alias,
                table["query_location"]?.DeepClone(),
                (JsonArray)table.Array("column_name_alias").DeepClone()
            )
        );
    }

    private void Subquery(JsonObject table, Scope scope)
    {
        table.Only("type", "alias", "sample", "subquery", "column_name_alias");
        var query = table.Object("subquery");
        query.Only("node", "named_param_map");
        var node = query.Object("node");
        if (isFinal && tables.FirstOrDefault(one => one.IsFence(node)) is { } issued)
        {
            _used.Add(issued);
            Add(scope, table, QuerySize.Of(issued.Columns.Length, issued.Columns.Select(column => column.Name)));
            return;
        }

        var before = _sources;
        _sources = 0;
        var size = Query(node, scope);
        _sources = before;
        Add(scope, table, size);
    }

    private void Add(Scope scope, JsonObject table, QuerySize size)
    {
        _readsAll |= table.Array("column_name_alias").Count > 0;
        if (table.Text("alias") is { Length: > 0 } alias)
        {
            _relations.Add(alias);
        }

        _sources += size.Sources;
        scope.Tables.Add(
            table.Array("column_name_alias").Count == 0
                ? size
                : size with
                {
                    Weights = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase),
                }
        );
    }

    private void Join(JsonObject table, Scope scope)
    {
        table.Only(
            "type",
            "alias",
            "sample",
            "left",
            "right",
            "condition",
            "join_type",
            "ref_type",
            "using_columns",
            "delim_flipped",
            "duplicate_eliminated_columns"
        );
        table.Empty("delim_flipped", "duplicate_eliminated_columns", "alias");
        if (
            table.Text("ref_type") is not ("REGULAR" or "CROSS" or "NATURAL" or "ASOF" or "POSITIONAL")
            || table.Text("join_type") is not ("INNER" or "LEFT" or "RIGHT" or "FULL" or "SEMI" or "ANTI")
        )
        {
            throw Tree.Unsupported(table);
        }

        _readsAll |= table.Text("ref_type") is "NATURAL";
        _columns.AddRange(table.Array("using_columns").Select(column => ((string)column!, table)));
        Table(table.Object("left"), scope);
        Table(table.Object("right"), scope);
        Maybe(table, "condition", scope);
    }

    private void Values(JsonObject table, Scope scope)
    {
        table.Only("type", "alias", "sample", "expected_names", "expected_types", "values", "column_name_alias");
        table.Empty("expected_types");
        var width = 0;
        foreach (var row in table.Array("values").OfType<JsonArray>())
        {
            width = Math.Max(width, row.Count);
            for (var at = 0; at < row.Count; at++)
            {
                Expression(row[at] as JsonObject ?? throw Tree.Unsupported(table), scope);
            }
        }

        _sources++;
        scope.Tables.Add(QuerySize.Of(width));
    }

    // Rows out of a list that a table holds, or of numbers.
    private void Function(JsonObject table, Scope scope)
    {
        table.Only("type", "alias", "sample", "function", "column_name_alias", "with_ordinality");
        var call = table.Object("function");
        if (call.Text("class") is not "FUNCTION")
        {
            throw Tree.Unsupported(table);
        }

        var name = call.Text("function_name");
        JsonObject[] arguments = [.. call.Objects("children")];
        if (Same(name, "unnest"))
        {
            if (arguments is not [{ } list] || Same(list.Text("class"), "CONSTANT"))
            {
                throw Tree.Unsupported(table);
            }

            Expression(call, scope);
        }
        else if (Same(name, "range") || Same(name, "generate_series"))
        {
            CheckCall(call);
            long[] numbers = [.. arguments.Select(argument => Whole(argument) ?? throw Series(table))];
            var (from, to, step) = numbers switch
            {
                [var end] => (0, end, 1),
                [var start, var end] => (start, end, 1),
                [var start, var end, var by] => (start, end, by),
                _ => throw Series(table),
            };
            if (step == 0 || Math.Abs((decimal)to - from) / Math.Abs((decimal)step) > 100_000)
            {
                throw Series(table);
            }
        }
        else
        {
            throw Tree.Refused(
                call,
                "table_function",
                "This table function is not offered.",
                "Offered are unnest(<a column>), range(…) and generate_series(…) of whole numbers."
            );
        }

        _sources++;
        scope.Tables.Add(QuerySize.Of(2));
    }

    private static StatementRefusedException Series(JsonObject table) =>
        Tree.Refused(
            table,
            "series_refused",
            "A series takes whole numbers that are written in the statement, and gives at most 100,000 rows.",
            "Make it shorter; dates come from DATE '2026-01-01' + n."
        );

    private static long? Whole(JsonObject argument) =>
        argument["class"]?.ToString() is "CONSTANT"
        && argument["value"]?["value"] is JsonValue value
        && value.TryGetValue<long>(out var number)
            ? number
            : null;

    private void Enter(JsonObject node)
    {
        if (++_depth > MostDepth || ++_nodes > MostNodes)
        {
            throw TooLarge(Tree.Place(node));
        }
    }
}
