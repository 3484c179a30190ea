using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>
/// Finds a contract's column in the table as it is. A column that the table lacks, or that does not hold surrogates, is in no place. A
/// path that passes a union finds it in every branch, and one that ends at a list or map finds each item: to look too little would leave
/// somebody in.
/// </summary>
internal static class ColumnPlaces
{
    private const string Item = "[]";

    /// <summary>All places of a table that hold the column's surrogates.</summary>
    public static IReadOnlyList<ColumnPlace> Surrogates(StructType table, Column column) =>
        [.. Find(table, column.Path, static type => type.Kind == ScalarKind.Uuid).Select(found => found.Place)];

    /// <summary>The one place of a path that holds a single value for each row; <see langword="null"/> where there is no such one.</summary>
    public static (ColumnPlace Place, ScalarType Type)? Single(StructType table, string path)
    {
        var found = Find(table, path, static _ => true).ToArray();
        return found is [var (place, type)] && place.Steps.All(step => step is FieldStep) ? (place, type) : null;
    }

    private static IEnumerable<(ColumnPlace Place, ScalarType Type)> Find(
        StructType table,
        string path,
        Func<ScalarType, bool> isWanted
    )
    {
        var steps = Steps(path).ToArray();
        var field = table.Fields.FirstOrDefault(field => Is(field, steps[0]));
        return field is null
            ? []
            : Resolve([], field.Type, steps.AsMemory(1))
                .Where(found => isWanted(found.Type))
                .Select(found => (new ColumnPlace(field.Name, found.Way), found.Type));
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

    private static IEnumerable<(ImmutableArray<PlaceStep> Way, ScalarType Type)> Resolve(
        ImmutableArray<PlaceStep> way,
        MaskedType type,
        ReadOnlyMemory<string> steps
    ) =>
        type switch
        {
            ScalarType scalar => steps.IsEmpty ? [(way, scalar)] : [],
            StructType record => InStruct(way, record, steps),
            ListType list => Resolve(way.Add(new ItemsStep(list)), list.Item, IsItem(steps) ? steps[1..] : steps),
            MapType map when steps.IsEmpty || IsItem(steps) => Resolve(
                way.Add(new ValuesStep()),
                map.Value,
                steps.IsEmpty ? steps : steps[1..]
            ),
            MapType map => Resolve(way.Add(new KeyStep(steps.Span[0])), map.Value, steps[1..]),
            _ => [],
        };

    private static IEnumerable<(ImmutableArray<PlaceStep> Way, ScalarType Type)> InStruct(
        ImmutableArray<PlaceStep> way,
        StructType type,
        ReadOnlyMemory<string> steps
    )
    {
        var named = steps.IsEmpty ? null : type.Fields.FirstOrDefault(field => Is(field, steps.Span[0]));
        if (named is not null)
        {
            return Resolve(way.Add(new FieldStep(named.Name)), named.Type, steps[1..]);
        }

        return IsUnion(type)
            ? type.Fields.SelectMany(branch => Resolve(way.Add(new FieldStep(branch.Name)), branch.Type, steps))
            : [];
    }

    private static bool Is(MaskedField field, string name) => string.Equals(field.Name, name, StringComparison.Ordinal);

    private static bool IsItem(ReadOnlyMemory<string> steps) =>
        !steps.IsEmpty && string.Equals(steps.Span[0], Item, StringComparison.Ordinal);

    /// <summary>See <see cref="StructType"/>: a union of several types is a record of branches.</summary>
    private static bool IsUnion(StructType type) =>
        type.Fields.All(field => field.Name.EndsWith("_value", StringComparison.Ordinal));
}
