using System.Collections.Immutable;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>One or many values of a row, as an expression.</summary>
/// <param name="Sources">What is joined beside the row for it, one for each list that was entered; none for a single value.</param>
/// <param name="Conditions">What the joined rows must fulfil.</param>
/// <param name="Value">The value.</param>
internal sealed record PlaceText(ImmutableArray<SqlText> Sources, ImmutableArray<SqlText> Conditions, SqlText Value)
{
    /// <summary>Whether there may be many in a row.</summary>
    public bool IsMany => !Sources.IsEmpty;

    /// <summary>The place in a row.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="row">The row's alias; <see langword="null"/> where columns are named alone.</param>
    /// <param name="place">The place.</param>
    public static PlaceText Of(SqlDialect dialect, SqlName? row, ColumnPlace place)
    {
        var column = SqlName.Of(place.Column);
        var text = new PlaceText([], [], row is { } alias ? SqlText.Of($"{alias}.{column}") : SqlText.Of($"{column}"));
        for (var depth = 0; depth < place.Steps.Length; depth++)
        {
            text = dialect.Enter(text, place.Steps[depth], depth);
        }

        return text;
    }

    /// <summary>A table's rows, and beside each the values of this place.</summary>
    public SqlText From(SqlName table, SqlName row) => From(SqlText.Of($"{table}"), row);

    /// <summary>The same for rows of a subquery.</summary>
    public SqlText From(SqlText rows, SqlName row) =>
        SqlText.Join(", ", Sources.Prepend(SqlText.Of($"{rows} AS {row}")));

    /// <summary>The place's own conditions and some others, all of them.</summary>
    public SqlText Where(params IEnumerable<SqlText> others) => SqlText.Join(" AND ", Conditions.Concat(others));
}
