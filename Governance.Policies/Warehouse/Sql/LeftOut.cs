using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Views;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>The condition, for a stored view, that a row is owned by somebody in one of the key sets that the view leaves out.</summary>
internal static class LeftOut
{
    /// <summary>Builds it: true, false or null. <see langword="null"/> where nobody is left out, or no column of the table says whose a row is.</summary>
    public static SqlText? Build(SqlDialect dialect, ViewDefinition view, StructType shape)
    {
        if (view.Without.IsDefaultOrEmpty)
        {
            return null;
        }

        var conditions =
            from column in view.Dataset.Identifiers()
            where column.Link == Link.Owns
            let keys = KeyStatements.SurrogatesOf(dialect, view.Without, column.Identifier!)
            from place in ColumnPlaces.Surrogates(shape, column)
            select Holds(dialect, view.Dataset.Name, place, keys);
        var all = conditions.ToArray();
        return all.Length == 0 ? null : SqlText.Of($"({SqlText.Join(" OR ", all)})");
    }

    private static SqlText Holds(SqlDialect dialect, string table, ColumnPlace place, SqlText keys)
    {
        var here = PlaceText.Of(dialect, RowMatch.Row, place);
        return here.IsMany ? dialect.HoldsAny(table, place, keys) : SqlText.Of($"{here.Value} IN ({keys})");
    }
}
