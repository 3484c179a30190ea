using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>What an erasure asks of a table before it deletes, and after.</summary>
internal static class IdentifierStatements
{
    private static readonly SqlName s_matched = SqlName.Of("_matched");
    private static readonly SqlName s_place = SqlName.Of("_place");
    private static readonly SqlName s_value = SqlName.Of("_value");

    /// <summary>Counts rows: in all, and those that match. One statement, so that both counts see the same rows.</summary>
    public static SqlText Count(SqlDialect dialect, string table, SqlText? match) =>
        match is null
            ? SqlText.Of($"SELECT count(*), count(CASE WHEN FALSE THEN 1 END) FROM {dialect.Table(table)}")
            : SqlText.Of(
                $"SELECT count(*), count(CASE WHEN {match} THEN 1 END) FROM {dialect.Table(table)} AS {RowMatch.Row}"
            );

    /// <summary>Of the rows that match, the distinct values in some places: the place's position, the value.</summary>
    /// <returns><see langword="null"/> where there is no place to read.</returns>
    public static SqlText? Follow(SqlDialect dialect, string table, SqlText match, ImmutableArray<ColumnPlace> places)
    {
        if (places.IsEmpty)
        {
            return null;
        }

        var columns = places
            .Select(place => place.Column)
            .Distinct(StringComparer.Ordinal)
            .Select(column => SqlText.Of($"{RowMatch.Row}.{SqlName.Of(column)}"));
        var each = places.Select(
            (place, position) =>
            {
                var text = PlaceText.Of(dialect, RowMatch.Row, place);
                return SqlText.Of(
                    $"SELECT {SqlValue.Of(position)} AS {s_place}, {text.Value} AS {s_value} FROM {text.From(s_matched, RowMatch.Row)} WHERE {text.Where(SqlText.Of($"{text.Value} IS NOT NULL"))}"
                );
            }
        );
        return SqlText.Of(
            $"""
            WITH {s_matched} AS (
                SELECT {SqlText.Join(", ", columns)} FROM {dialect.Table(table)} AS {RowMatch.Row} WHERE {match})
            SELECT DISTINCT {s_place}, {s_value} FROM ({SqlText.Join(" UNION ALL ", each)}) AS _found
            """
        );
    }

    /// <summary>Of some surrogates, those that stand in one of some places of any row.</summary>
    /// <returns><see langword="null"/> where there is no place to look in.</returns>
    public static SqlText? StillHeld(
        SqlDialect dialect,
        string table,
        ImmutableArray<ColumnPlace> places,
        IEnumerable<Guid> surrogates
    )
    {
        if (places.IsEmpty)
        {
            return null;
        }

        var each = places.Select(place =>
        {
            var text = PlaceText.Of(dialect, RowMatch.Row, place);
            return SqlText.Of(
                $"SELECT {text.Value} AS {s_value} FROM {text.From(dialect.Table(table), RowMatch.Row)} WHERE {text.Where(SqlText.Of($"{text.Value} IS NOT NULL"))}"
            );
        });
        return SqlText.Of(
            $"""
            SELECT DISTINCT {s_value} FROM ({SqlText.Join(" UNION ALL ", each)}) AS _held
            WHERE {s_value} IN (SELECT {s_value} FROM {dialect.Rows(SqlValue.Of(surrogates), s_value)})
            """
        );
    }

    /// <summary>The places of columns, with their domains.</summary>
    public static ImmutableArray<(string Domain, ColumnPlace Place)> Places(
        StructType shape,
        IEnumerable<Column> columns
    ) =>
        [
            .. columns
                .Where(column => column.Identifier is not null)
                .SelectMany(column =>
                    ColumnPlaces.Surrogates(shape, column).Select(place => (column.Identifier!, place))
                ),
        ];
}
