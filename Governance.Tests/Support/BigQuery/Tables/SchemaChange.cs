using Governance.Tests.Support.BigQuery.Rest;

namespace Governance.Tests.Support.BigQuery.Tables;

/// <summary>
/// What tables.patch and tables.update may change of a schema: columns may be added at the end of any record, NULLABLE or REPEATED; REQUIRED
/// may become NULLABLE; descriptions and policy tags may change. Anything else is 400.
/// https://cloud.google.com/bigquery/docs/managing-table-schemas
/// </summary>
internal static class SchemaChange
{
    /// <summary>Refuses a change that is none of these.</summary>
    public static void Check(
        string table,
        IReadOnlyList<ColumnSchema> old,
        IReadOnlyList<ColumnSchema> next,
        string path = ""
    )
    {
        foreach (var column in old)
        {
            var name = path + column.Name;
            var changed =
                next.FirstOrDefault(other => string.Equals(other.Name, column.Name, StringComparison.OrdinalIgnoreCase))
                ?? throw Mismatch(table, $"Field {name} is missing in new schema");
            if (changed.LegacyType != column.LegacyType)
            {
                throw Mismatch(
                    table,
                    $"Field {name} has changed type from {column.LegacyType} to {changed.LegacyType}"
                );
            }

            if (changed.Mode != column.Mode && !(column.Mode is "REQUIRED" && changed.Mode is "NULLABLE"))
            {
                throw Mismatch(table, $"Field {name} has changed mode from {column.Mode} to {changed.Mode}");
            }

            Check(table, column.Fields, changed.Fields, $"{name}.");
        }

        var added = next.Where(column =>
            !old.Any(other => string.Equals(other.Name, column.Name, StringComparison.OrdinalIgnoreCase))
        );
        if (added.FirstOrDefault(column => column.IsRequired) is { } required)
        {
            throw Mismatch(table, $"Cannot add required fields to an existing schema. (field: {path}{required.Name})");
        }
    }

    /// <summary>A value of the old columns, in the places of the new ones.</summary>
    public static object? Reshape(object? cell, ColumnSchema? old, ColumnSchema next)
    {
        if (old is null)
        {
            return next.Mode is "REPEATED" ? Array.Empty<object?>() : null;
        }

        if (cell is not object?[] items || next.LegacyType is not "RECORD")
        {
            return cell;
        }

        return next.Mode is "REPEATED"
            ? items.Select(item => item is object?[] fields ? Reshape(fields, old.Fields, next.Fields) : item).ToArray()
            : Reshape(items, old.Fields, next.Fields);
    }

    /// <summary>A row, or a record, of the old columns in the places of the new ones.</summary>
    public static object?[] Reshape(
        object?[] cells,
        IReadOnlyList<ColumnSchema> old,
        IReadOnlyList<ColumnSchema> next
    ) =>
        [
            .. next.Select(column =>
            {
                var at = old.ToList()
                    .FindIndex(other => string.Equals(other.Name, column.Name, StringComparison.OrdinalIgnoreCase));
                return Reshape(at < 0 ? null : cells[at], at < 0 ? null : old[at], column);
            }),
        ];

    private static ApiException Mismatch(string table, string detail) =>
        ApiException.Invalid($"Provided Schema does not match Table {table}. {detail}");
}
