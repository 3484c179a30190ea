using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>Names that BigQuery takes. https://cloud.google.com/bigquery/docs/schemas#column_names</summary>
internal static class ColumnNames
{
    private const int LongestColumn = 300;
    private const int LongestTable = 1024;

    private static readonly string[] s_reserved =
    [
        "_TABLE_",
        "_FILE_",
        "_PARTITION",
        "_ROW_TIMESTAMP",
        "__ROOT__",
        "_COLIDENTIFIER",
        "_CHANGE_SEQUENCE_NUMBER",
        "_CHANGE_TYPE",
        "_CHANGE_TIMESTAMP",
    ];

    /// <summary>Refuses a column or nested field whose name cannot be.</summary>
    /// <exception cref="SinkSchemaException">It cannot.</exception>
    public static void Check(string table, string path, string name)
    {
        if (
            name.Length is 0 or > LongestColumn
            || char.IsAsciiDigit(name[0])
            || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
        )
        {
            throw new SinkSchemaException(
                $"Table {table}, column {path}: BigQuery takes names of letters, digits and underscores, at most {LongestColumn} "
                    + "of them, the first no digit. Rename the field."
            );
        }

        if (
            s_reserved.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is
            { } taken
        )
        {
            throw new SinkSchemaException(
                $"Table {table}, column {path}: BigQuery keeps names that start with {taken}. Rename the field."
            );
        }

        if (string.Equals(name, FieldMapping.ListItem, StringComparison.OrdinalIgnoreCase))
        {
            throw new SinkSchemaException(
                $"Table {table}, column {path}: the warehouse keeps the name {FieldMapping.ListItem} for itself. Rename the field."
            );
        }
    }

    /// <summary>Refuses a dataset whose name is no table's, or one of the adapter's own.</summary>
    /// <exception cref="SinkSchemaException">It is.</exception>
    public static void CheckTable(string table)
    {
        if (
            string.IsNullOrWhiteSpace(table)
            || table.StartsWith(SystemTables.Prefix, StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new SinkSchemaException(
                $"Table '{table}': a dataset needs a name, and none that starts with {SystemTables.Prefix}. Rename it in the contract."
            );
        }

        if (
            table.Length > LongestTable
            || !table.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
        )
        {
            throw new SinkSchemaException(
                $"Table '{table}': a table's name in BigQuery has letters, digits, underscores and hyphens. Rename the dataset in the contract."
            );
        }
    }

    /// <summary>Two names that BigQuery takes for one.</summary>
    public static SinkSchemaException CaseClash(string table, string path) =>
        new(
            $"Table {table}, column {path}: another one has this name but for upper and lower case, which the warehouse takes for "
                + "one. Rename the field."
        );
}
