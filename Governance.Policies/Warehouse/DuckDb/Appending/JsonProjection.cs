using System.Globalization;
using Governance.Masking.Avro;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Appending;

/// <summary>
/// From a value as JSON was read (<see cref="DuckDbTypes.Read"/>) to the value as it is stored. Only bytes differ: JSON has
/// them in hexadecimal, and composites are rebuilt only where they hold some.
/// </summary>
internal static class JsonProjection
{
    public static SqlText Project(SqlText value, MaskedType type) => Project(value, type, depth: 0);

    private static SqlText Project(SqlText value, MaskedType type, int depth)
    {
        if (!HoldsBytes(type))
        {
            return value;
        }

        var item = SqlName.Of(string.Create(CultureInfo.InvariantCulture, $"_item{depth}"));
        return type switch
        {
            StructType s => SqlText.Of(
                $"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({Fields(value, s, depth)}) END"
            ),
            ListType l => SqlText.Of(
                $"list_transform({value}, lambda {item}: {Project(SqlText.Of($"{item}"), l.Item, depth + 1)})"
            ),
            MapType m => SqlText.Of(
                $"CASE WHEN {value} IS NULL THEN NULL ELSE map_from_entries(list_transform(map_entries({value}), lambda {item}: struct_pack(k := {item}.key, v := {Project(SqlText.Of($"{item}.value"), m.Value, depth + 1)}))) END"
            ),
            _ => SqlText.Of($"unhex({value})"),
        };
    }

    private static SqlText Fields(SqlText value, StructType type, int depth) =>
        SqlText.Join(
            ", ",
            type.Fields.Select(field =>
                SqlText.Of(
                    $"{SqlName.Of(field.Name)} := {Project(DuckDbDialect.Instance.Field(value, field.Name), field.Type, depth)}"
                )
            )
        );

    private static bool HoldsBytes(MaskedType type) =>
        type switch
        {
            StructType s => s.Fields.Any(field => HoldsBytes(field.Type)),
            ListType l => HoldsBytes(l.Item),
            MapType m => HoldsBytes(m.Value),
            ScalarType s => s.Kind == ScalarKind.Bytes,
            _ => false,
        };
}
