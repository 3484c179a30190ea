using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>
/// A table's columns, and what a new schema adds to them. Columns and nested fields are added; a column whose type would have to change is
/// refused, with the statement that changes it where BigQuery has one.
/// https://cloud.google.com/bigquery/docs/managing-table-schemas
/// </summary>
internal static class SchemaWidening
{
    /// <summary>Joins columns with those of a new schema.</summary>
    /// <param name="table">The table, for the message.</param>
    /// <param name="held">What the table has.</param>
    /// <param name="written">What the schema writes.</param>
    /// <returns><paramref name="held"/> itself where it is wide enough.</returns>
    /// <exception cref="SinkSchemaException">No table holds both.</exception>
    public static ImmutableArray<BigQueryField> Join(
        string table,
        ImmutableArray<BigQueryField> held,
        ImmutableArray<BigQueryField> written
    ) => JoinFields(table, "", held, written);

    private static ImmutableArray<BigQueryField> JoinFields(
        string table,
        string path,
        ImmutableArray<BigQueryField> held,
        ImmutableArray<BigQueryField> written
    )
    {
        var fields = held.ToBuilder();
        var grown = false;
        foreach (var field in written)
        {
            var at = FieldMapping.Inner(path, field.Name);
            var index = FindIndex(table, at, held, field.Name);
            if (index < 0)
            {
                fields.Add(field);
                grown = true;
                continue;
            }

            var joined = Join(table, at, held[index], field);
            grown |= !ReferenceEquals(joined, held[index]);
            fields[index] = joined;
        }

        return grown ? fields.ToImmutable() : held;
    }

    /// <summary>Where a field stands; -1 where it is missing.</summary>
    /// <exception cref="SinkSchemaException">One stands there in other case.</exception>
    private static int FindIndex(string table, string path, ImmutableArray<BigQueryField> fields, string name)
    {
        for (var at = 0; at < fields.Length; at++)
        {
            if (string.Equals(fields[at].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return string.Equals(fields[at].Name, name, StringComparison.Ordinal)
                    ? at
                    : throw ColumnNames.CaseClash(table, path);
            }
        }

        return -1;
    }

    private static BigQueryField Join(string table, string path, BigQueryField held, BigQueryField written)
    {
        if (
            FieldMapping.IsWrapped(held)
            && written.IsRepeated
            && !FieldMapping.IsWrapped(written)
            && !FieldMapping.IsMap(written)
        )
        {
            // Items that cannot be null fit where they may.
            var item = written with
            {
                Name = FieldMapping.ListItem,
                Mode = FieldModes.Nullable,
            };
            var joined = Join(table, $"{path}[]", held.Fields[0], item);
            return ReferenceEquals(joined, held.Fields[0]) ? held : held with { Fields = [joined] };
        }

        var isSame =
            held.IsRepeated == written.IsRepeated
            && held.IsRecord == written.IsRecord
            && FieldMapping.IsMap(held) == FieldMapping.IsMap(written)
            && FieldMapping.IsWrapped(held) == FieldMapping.IsWrapped(written);
        if (isSame && held.IsRecord)
        {
            var inner = FieldMapping.IsMap(held) || FieldMapping.IsWrapped(held) ? $"{path}[]" : path;
            var fields = JoinFields(table, inner, held.Fields, written.Fields);
            return fields == held.Fields ? held : held with { Fields = fields };
        }

        return isSame && Holds(held, written) ? held : throw Apart(table, path, held, written);
    }

    /// <summary>Whether a column holds all values of a type, and keeps their meaning.</summary>
    private static bool Holds(BigQueryField held, BigQueryField written) =>
        (held.Type, written.Type) switch
        {
            (FieldTypes.String, FieldTypes.String) => held.MaxLength == written.MaxLength,
            (FieldTypes.Float, FieldTypes.Integer) => true,
            (FieldTypes.Numeric or FieldTypes.BigNumeric, FieldTypes.Numeric or FieldTypes.BigNumeric) => HoldsDigits(
                held,
                written
            ),
            var (a, b) => a == b,
        };

    private static bool HoldsDigits(BigQueryField held, BigQueryField written) =>
        FieldMapping.ToMasked(held with { Mode = FieldModes.Nullable }) is ScalarType a
        && FieldMapping.ToMasked(written with { Mode = FieldModes.Nullable }) is ScalarType b
        && b.Scale <= a.Scale
        && b.Precision - b.Scale <= a.Precision - a.Scale;

    private static SinkSchemaException Apart(string table, string path, BigQueryField held, BigQueryField written)
    {
        // BigQuery changes the type of a whole column, never of a nested field.
        var next =
            Coerced(held, written) is { } wider && !path.Contains('.', StringComparison.Ordinal) && !held.IsRepeated
                ? $"Run ALTER TABLE `{table}` ALTER COLUMN `{path}` SET DATA TYPE {wider}, or give the new shape a field of its own."
                : "Give the new shape a field of its own.";
        return new(
            $"Table {table}, column {path} holds {held.Sql}, and a new schema writes {written.Sql}: the column cannot hold both. {next}"
        );
    }

    /// <summary>The type that ALTER COLUMN may give a column so that it holds both; <see langword="null"/> where there is none.</summary>
    private static string? Coerced(BigQueryField held, BigQueryField written)
    {
        switch (held.Type, written.Type)
        {
            case (FieldTypes.Integer, FieldTypes.Float):
                return "FLOAT64";
            case (FieldTypes.Numeric or FieldTypes.BigNumeric, FieldTypes.Numeric or FieldTypes.BigNumeric):
                var a = (ScalarType)FieldMapping.ToMasked(held)!;
                var b = (ScalarType)FieldMapping.ToMasked(written)!;
                var scale = Math.Max(a.Scale, b.Scale);
                var whole = Math.Max(a.Precision - a.Scale, b.Precision - b.Scale);
                return (whole, scale) switch
                {
                    (<= 29, <= 9) when held.Type == FieldTypes.Numeric => $"NUMERIC({whole + scale},{scale})",
                    (<= 38, <= 38) => $"BIGNUMERIC({whole + scale},{scale})",
                    _ => null,
                };
            default:
                return null;
        }
    }
}
