using System.Globalization;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>One or many values of a row, as an expression.</summary>
/// <param name="Expression">Of type <c>UUID</c>, or <c>UUID[]</c>.</param>
/// <param name="IsList">Which of the two.</param>
internal readonly record struct ValueExpression(string Expression, bool IsList);

/// <summary>
/// Turns a contract's column into expressions over the table as it is. A column that the table lacks, or that does not hold
/// surrogates, gives none. A path that passes a union finds it in every branch, and one that ends at a list or map finds each item: to
/// look too little would leave somebody in.
/// </summary>
internal static class ColumnValues
{
    private const string Item = "[]";

    /// <summary>All places of a table that hold the column's values.</summary>
    public static IReadOnlyList<ValueExpression> Surrogates(StructType table, Column column)
    {
        var steps = Steps(column.Path).ToArray();
        var field = table.Fields.FirstOrDefault(field => Is(field, steps[0]));
        return field is null ? [] : [.. Resolve(Sql.Name(field.Name), field.Type, steps.AsMemory(1), depth: 0)];
    }

    private static IEnumerable<string> Steps(string path)
    {
        foreach (var part in path.Split('.'))
        {
            var name = part;
            var items = 0;
            for (; name.EndsWith(Item, StringComparison.Ordinal); items++)
            {
                name = name[..^Item.Length];
            }

            yield return name;
            for (; items > 0; items--)
            {
                yield return Item;
            }
        }
    }

    private static IEnumerable<ValueExpression> Resolve(
        string value,
        MaskedType type,
        ReadOnlyMemory<string> steps,
        int depth
    ) =>
        type switch
        {
            ScalarType scalar => steps.IsEmpty && scalar.Kind == ScalarKind.Uuid ? [new(value, IsList: false)] : [],
            StructType s => InStruct(value, s, steps, depth),
            ListType l => InItems(value, l.Item, IsItem(steps) ? steps[1..] : steps, depth),
            MapType m => InMap(value, m, steps, depth),
            _ => [],
        };

    private static IEnumerable<ValueExpression> InStruct(
        string value,
        StructType type,
        ReadOnlyMemory<string> steps,
        int depth
    )
    {
        var named = steps.IsEmpty ? null : type.Fields.FirstOrDefault(field => Is(field, steps.Span[0]));
        if (named is not null)
        {
            return Resolve(Field(value, named), named.Type, steps[1..], depth);
        }

        return IsUnion(type)
            ? type.Fields.SelectMany(branch => Resolve(Field(value, branch), branch.Type, steps, depth))
            : [];
    }

    private static IEnumerable<ValueExpression> InMap(
        string value,
        MapType type,
        ReadOnlyMemory<string> steps,
        int depth
    ) =>
        steps.IsEmpty || IsItem(steps)
            ? InItems($"map_values({value})", type.Value, steps.IsEmpty ? steps : steps[1..], depth)
            : Resolve($"map_extract_value({value}, {Sql.Text(steps.Span[0])})", type.Value, steps[1..], depth);

    private static IEnumerable<ValueExpression> InItems(
        string list,
        MaskedType item,
        ReadOnlyMemory<string> steps,
        int depth
    )
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"_item{depth}");
        foreach (var inner in Resolve(name, item, steps, depth + 1))
        {
            var each = $"list_transform({list}, lambda {name}: {inner.Expression})";
            yield return new(inner.IsList ? $"flatten({each})" : each, IsList: true);
        }
    }

    private static string Field(string value, MaskedField field) => $"struct_extract({value}, {Sql.Text(field.Name)})";

    private static bool Is(MaskedField field, string name) => string.Equals(field.Name, name, StringComparison.Ordinal);

    private static bool IsItem(ReadOnlyMemory<string> steps) =>
        !steps.IsEmpty && string.Equals(steps.Span[0], Item, StringComparison.Ordinal);

    /// <summary>See <see cref="StructType"/>: a union of several types is a record of branches.</summary>
    private static bool IsUnion(StructType type) =>
        type.Fields.All(field => field.Name.EndsWith("_value", StringComparison.Ordinal));
}
