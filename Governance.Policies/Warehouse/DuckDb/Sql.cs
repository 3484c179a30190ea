namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>The only two ways in which a name from a contract or a schema enters a statement.</summary>
internal static class Sql
{
    /// <summary>A name as an identifier: of a table, a column, a field in a type.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A name as text: a field to extract, a map's key.</summary>
    public static string Text(string name) => $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
}
