using System.Globalization;
using Governance.Masking.Avro;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// From a value as JSON was read (<see cref="DuckDbTypes.Read"/>) to the value as it is stored. Only bytes differ: JSON has
/// them in hexadecimal, and composites are rebuilt only where they hold some.
/// </summary>
internal static class JsonProjection
{
    public static string Project(string value, MaskedType type) => Project(value, type, depth: 0);

    private static string Project(string value, MaskedType type, int depth)
    {
        if (!HoldsBytes(type))
        {
            return value;
        }

        var item = string.Create(CultureInfo.InvariantCulture, $"_item{depth}");
        return type switch
        {
            StructType s => $"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({Fields(value, s, depth)}) END",
            ListType l => $"list_transform({value}, lambda {item}: {Project(item, l.Item, depth + 1)})",
            MapType m =>
                $"CASE WHEN {value} IS NULL THEN NULL ELSE map_from_entries(list_transform(map_entries({value}), "
                    + $"lambda {item}: struct_pack(k := {item}.key, v := {Project($"{item}.value", m.Value, depth + 1)}))) END",
            _ => $"unhex({value})",
        };
    }

    private static string Fields(string value, StructType type, int depth) =>
        string.Join(
            ", ",
            type.Fields.Select(field =>
                $"{Sql.Name(field.Name)} := {Project($"struct_extract({value}, {Sql.Text(field.Name)})", field.Type, depth)}"
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
