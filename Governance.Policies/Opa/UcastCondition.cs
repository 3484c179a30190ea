using System.Collections.Immutable;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;
using Governance.Policies.Views;

namespace Governance.Policies.Opa;

/// <summary>
/// Reads OPA's answer of the compile API in UCAST (<see href="https://www.openpolicyagent.org/docs/filtering/ucast-syntax"/>).
/// No query is no row, an empty one is every row; whatever else is not understood to the letter is an error.
/// </summary>
internal sealed class UcastCondition
{
    private const int Deepest = 100;
    private readonly string prefix;
    private readonly Dictionary<string, ColumnKind> columns;

    private UcastCondition(UnknownRow row)
    {
        prefix = row.Table + ".";
        columns = row.Columns.ToDictionary(column => column.Path, column => column.Kind, StringComparer.Ordinal);
    }

    /// <summary>The condition.</summary>
    /// <param name="reply">The body of the reply.</param>
    /// <param name="row">The row that was asked about.</param>
    /// <exception cref="FormatException">It is none that can be carried out.</exception>
    public static RowCondition Read(RegoValue reply, UnknownRow row) =>
        reply.Member("result")?.Member("query") switch
        {
            null or NullValue => RowCondition.Nothing,
            ObjectValue { Count: 0 } => RowCondition.Everything,
            var query => new UcastCondition(row).Node(query, 0),
        };

    private RowCondition Node(RegoValue node, int depth) =>
        depth > Deepest
            ? throw new FormatException("The condition is nested too deeply.")
            : node.Member("type")?.AsText() switch
            {
                "compound" => Compound(node, depth),
                "field" => Field(node),
                _ => throw new FormatException("The condition has a node that is neither 'compound' nor 'field'."),
            };

    private RowCondition Compound(RegoValue node, int depth)
    {
        var parts = (node.Member("value") as ArrayValue)
            ?.Items.Select(part => Node(part, depth + 1))
            .ToImmutableArray();
        return (node.Member("operator")?.AsText(), parts) switch
        {
            ("and", { Length: > 0 } all) => new AllOf(all),
            ("or", { Length: > 0 } any) => new AnyOf(any),
            ("not", { Length: 1 } one) => new Negation(one[0]),
            _ => throw new FormatException("The condition has a compound that is not understood."),
        };
    }

    private RowCondition Field(RegoValue node)
    {
        var name = node.Member("field")?.AsText() ?? "";
        if (
            !name.StartsWith(prefix, StringComparison.Ordinal)
            || name[prefix.Length..] is not { } column
            || !columns.TryGetValue(column, out var kind)
        )
        {
            throw new FormatException("The condition asks about a column that the contract does not let it ask about.");
        }

        var value = node.Member("value") ?? throw new FormatException("The condition has a field without a value.");
        return node.Member("operator")?.AsText() switch
        {
            "eq" when value is NullValue => new Negation(new Presence(column)),
            "ne" when value is NullValue => new Presence(column),
            "eq" => new Comparison(column, ComparisonOperator.Equal, Constant(value, kind)),
            "ne" => new Comparison(column, ComparisonOperator.NotEqual, Constant(value, kind)),
            "lt" => new Comparison(column, ComparisonOperator.Less, Constant(value, kind)),
            "lte" or "le" => new Comparison(column, ComparisonOperator.LessOrEqual, Constant(value, kind)),
            "gt" => new Comparison(column, ComparisonOperator.Greater, Constant(value, kind)),
            "gte" or "ge" => new Comparison(column, ComparisonOperator.GreaterOrEqual, Constant(value, kind)),
            "in" when value is ArrayValue { Items: var items } => items.Length == 0
                ? RowCondition.Nothing
                : new Membership(column, [.. items.Select(item => Constant(item, kind))]),
            "startswith" => Text(column, TextPlace.Start, value, kind),
            "endswith" => Text(column, TextPlace.End, value, kind),
            "contains" => Text(column, TextPlace.Anywhere, value, kind),
            _ => throw new FormatException("The condition has an operator that is not understood."),
        };
    }

    private static TextMatch Text(string column, TextPlace place, RegoValue value, ColumnKind kind) =>
        kind == ColumnKind.Text && value.AsText() is { } text
            ? new TextMatch(column, place, text)
            : throw new FormatException("The condition looks for text in what is none.");

    private static Constant Constant(RegoValue value, ColumnKind kind) =>
        (kind, value) switch
        {
            (ColumnKind.Text, StringValue text) => new TextConstant(text.Text),
            (ColumnKind.Number, NumberValue number) => new NumberConstant(number.ToJson()),
            (ColumnKind.Boolean, BoolValue truth) => new BooleanConstant(truth.Value),
            _ => throw new FormatException("The condition compares a column with what it never holds."),
        };
}
