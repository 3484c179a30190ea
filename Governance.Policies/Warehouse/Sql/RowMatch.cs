using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>The condition that a row of a table holds a key of a set in one of some columns.</summary>
internal static class RowMatch
{
    /// <summary>The alias of the row that the condition speaks of.</summary>
    public static readonly SqlName Row = SqlName.Of("_row");

    private static readonly SqlName s_other = SqlName.Of("_other");

    /// <summary>Builds it: true, false or null. <see langword="null"/> where the table has none of the columns, so that no row can match.</summary>
    public static SqlText? Build(
        SqlDialect dialect,
        string table,
        StructType shape,
        string keySet,
        IEnumerable<Column> columns
    )
    {
        var set = SqlValue.Of(keySet);
        var conditions = new List<SqlText>();
        foreach (var column in columns)
        {
            if (column.Identifier is { } domain)
            {
                var keys = KeyStatements.Surrogates(dialect, set, SqlValue.Of(domain));
                conditions.AddRange(
                    ColumnPlaces
                        .Surrogates(shape, column)
                        .Select(place => Holds(dialect, dialect.Table(table), place, keys))
                );
            }
        }

        return conditions.Count == 0 ? null : SqlText.Join(" OR ", conditions);
    }

    private static SqlText Holds(SqlDialect dialect, SqlName table, ColumnPlace place, SqlText keys)
    {
        var here = PlaceText.Of(dialect, Row, place);
        return here.IsMany ? HoldsAny(dialect, table, place, keys) : SqlText.Of($"{here.Value} IN ({keys})");
    }

    /// <summary>Whether a place with many values holds one of some keys.</summary>
    public static SqlText HoldsAny(SqlDialect dialect, SqlName table, ColumnPlace place, SqlText keys)
    {
        // A semi join over the keys, whatever their number. Lists are unrolled beside what tells their row apart, which joins back: no
        // subquery refers to the row outside, which BigQuery could not run beside another table.
        var there = PlaceText.Of(dialect, s_other, place);
        var held = SqlText.Of($"{there.Value} IN ({keys})");
        return SqlText.Of(
            $"{dialect.RowIdentity(Row)} IN (SELECT {dialect.RowIdentity(s_other)} FROM {there.From(table, s_other)} WHERE {there.Where(held)})"
        );
    }
}
