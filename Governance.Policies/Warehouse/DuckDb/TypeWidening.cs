using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// The smallest type that holds all values of two: new fields of nested records join, numbers grow as Avro's schema resolution promotes
/// them, decimals gain digits. All else has no common type.
/// </summary>
internal static class TypeWidening
{
    /// <summary>The widest decimal that DuckDB stores.</summary>
    private const int MaximumPrecision = 38;

    /// <summary>Joins two types.</summary>
    /// <param name="table">The table, for the message.</param>
    /// <param name="path">The column or nested field, for the message.</param>
    /// <param name="held">What the table holds.</param>
    /// <param name="written">What the new schema writes.</param>
    /// <returns><paramref name="held"/> itself where it is wide enough.</returns>
    /// <exception cref="SinkSchemaException">There is none.</exception>
    public static MaskedType Join(string table, string path, MaskedType held, MaskedType written) =>
        (held, written) switch
        {
            (StructType a, StructType b) => Join(table, path, a, b),
            (ListType a, ListType b) => Join(table, $"{path}[]", a.Item, b.Item) is var item
            && ReferenceEquals(item, a.Item)
                ? a
                : new ListType(item, ItemNullable: true),
            (MapType a, MapType b) => Join(table, $"{path}[]", a.Value, b.Value) is var value
            && ReferenceEquals(value, a.Value)
                ? a
                : new MapType(value, ValueNullable: true),
            (ScalarType a, ScalarType b) => Join(a, b) ?? throw Apart(table, path, held, written),
            _ => throw Apart(table, path, held, written),
        };

    /// <summary>Refuses what DuckDB cannot store: names that differ only in case, a record without fields, over-long decimals.</summary>
    /// <exception cref="SinkSchemaException">There is such a thing.</exception>
    public static void Check(string table, string path, MaskedType type)
    {
        switch (type)
        {
            case StructType { Fields.IsEmpty: true }:
                throw new SinkSchemaException(
                    $"Table {table}, column {path}: no field of this record is left. Drop the record itself in the contract."
                );
            case StructType record:
                CheckFields(table, path, record.Fields);
                break;
            case ListType list:
                Check(table, $"{path}[]", list.Item);
                break;
            case MapType map:
                Check(table, $"{path}[]", map.Value);
                break;
            case ScalarType { Kind: ScalarKind.Decimal, Precision: > MaximumPrecision } number:
                throw new SinkSchemaException(
                    $"Table {table}, column {path}: {DuckDbTypes.Name(number)} has more than {MaximumPrecision} digits. "
                        + "Lower its precision in the schema."
                );
            default:
                break;
        }
    }

    /// <summary>Checks fields, or the columns of a table.</summary>
    public static void CheckFields(string table, string path, ImmutableArray<MaskedField> fields)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields)
        {
            var inner = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (!names.Add(field.Name))
            {
                throw CaseClash(table, inner);
            }

            Check(table, inner, field.Type);
        }
    }

    /// <summary>Two names that DuckDB takes for one.</summary>
    public static SinkSchemaException CaseClash(string table, string path) =>
        new(
            $"Table {table}, column {path}: another one has this name but for upper and lower case, which the warehouse takes for "
                + "one. Rename the field."
        );

    private static StructType Join(string table, string path, StructType held, StructType written)
    {
        var fields = held.Fields.ToBuilder();
        var grown = false;
        foreach (var field in written.Fields)
        {
            var inner = $"{path}.{field.Name}";
            var at = held.Fields.FindIndex(field.Name, table, inner);
            if (at < 0)
            {
                fields.Add(field);
                grown = true;
                continue;
            }

            var joined = Join(table, inner, fields[at].Type, field.Type);
            grown |= !ReferenceEquals(joined, fields[at].Type);
            fields[at] = fields[at] with { Type = joined };
        }

        return grown ? new(fields.ToImmutable()) : held;
    }

    /// <summary>Where the field stands; -1 where it is missing.</summary>
    /// <exception cref="SinkSchemaException">One stands there in other case.</exception>
    public static int FindIndex(this ImmutableArray<MaskedField> fields, string name, string table, string path)
    {
        for (var at = 0; at < fields.Length; at++)
        {
            if (string.Equals(fields[at].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return string.Equals(fields[at].Name, name, StringComparison.Ordinal)
                    ? at
                    : throw CaseClash(table, path);
            }
        }

        return -1;
    }

    private static ScalarType? Join(ScalarType held, ScalarType written) =>
        (held.Kind, written.Kind) switch
        {
            (ScalarKind.Decimal, ScalarKind.Decimal) => JoinDecimals(held, written),
            var (a, b) when a == b => held,
            (ScalarKind.Int64 or ScalarKind.Double, ScalarKind.Int32) => held,
            (ScalarKind.Double, ScalarKind.Int64 or ScalarKind.Float) => held,
            (ScalarKind.Int32, ScalarKind.Int64 or ScalarKind.Double) => written,
            (ScalarKind.Int64 or ScalarKind.Float, ScalarKind.Double) => written,
            // Avro lets whole numbers become floats; a double holds all ints and all floats as they are.
            (ScalarKind.Int32 or ScalarKind.Int64, ScalarKind.Float) => new ScalarType(ScalarKind.Double),
            (ScalarKind.Float, ScalarKind.Int32 or ScalarKind.Int64) => new ScalarType(ScalarKind.Double),
            _ => null,
        };

    private static ScalarType? JoinDecimals(ScalarType held, ScalarType written)
    {
        var scale = Math.Max(held.Scale, written.Scale);
        var precision = scale + Math.Max(held.Precision - held.Scale, written.Precision - written.Scale);
        if (precision > MaximumPrecision)
        {
            return null;
        }

        return precision == held.Precision && scale == held.Scale
            ? held
            : new ScalarType(ScalarKind.Decimal, precision, scale);
    }

    private static SinkSchemaException Apart(string table, string path, MaskedType held, MaskedType written) =>
        new(
            $"Table {table}, column {path} holds {DuckDbTypes.Name(held)}, and a new schema writes "
                + $"{DuckDbTypes.Name(written)}: no column holds both. Give the new shape a field of its own."
        );
}
