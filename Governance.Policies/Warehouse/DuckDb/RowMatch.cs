using System.Globalization;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>The condition that a row of a table holds a key of a set in one of some columns.</summary>
/// <param name="Condition">A condition over the table's rows; true, false or null.</param>
/// <param name="Parameters"><c>$1</c> is the key set, the others are domains.</param>
internal sealed record RowMatch(string Condition, object[] Parameters)
{
    /// <summary>Builds it; <see langword="null"/> where the table has none of the columns, so that no row can match.</summary>
    public static RowMatch? Build(string table, StructType shape, string keySet, IEnumerable<Column> columns)
    {
        var parameters = new List<object> { keySet };
        var conditions = new List<string>();
        foreach (var column in columns)
        {
            var places = ColumnValues.Surrogates(shape, column);
            if (places.Count == 0 || column.Identifier is not { } domain)
            {
                continue;
            }

            parameters.Add(domain);
            conditions.AddRange(places.Select(place => Holds(table, place, parameters.Count)));
        }

        return conditions.Count == 0 ? null : new(string.Join(" OR ", conditions), [.. parameters]);
    }

    private static string Holds(string table, ValueExpression place, int domain)
    {
        // A semi join over the keys, whatever their number. Lists are unrolled beside their row's id, which joins back.
        var keys = string.Create(
            CultureInfo.InvariantCulture,
            $"""(SELECT surrogate FROM {SystemTables.Keys} WHERE key_set = $1 AND "domain" = ${domain})"""
        );
        return place.IsList
            ? $"rowid IN (SELECT r FROM (SELECT rowid AS r, unnest({place.Expression}) AS v FROM {Sql.Name(table)}) WHERE v IN {keys})"
            : $"{place.Expression} IN {keys}";
    }
}
