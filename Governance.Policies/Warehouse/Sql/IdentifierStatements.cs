using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>What an erasure asks of a table before it deletes, and after.</summary>
internal static class IdentifierStatements
{
    private static readonly SqlName s_place = SqlName.Of("_place");
    private static readonly SqlName s_value = SqlName.Of("_value");
    private static readonly SqlName s_key = SqlName.Of("_key");
    private static readonly SqlName s_fromPlace = SqlName.Of("_from_place");
    private static readonly SqlName s_owner = SqlName.Of("_owner");

    /// <summary>Counts rows: in all, and those that match. One statement, so that both counts see the same rows.</summary>
    public static SqlText Count(SqlDialect dialect, string table, SqlText? match) =>
        match is null
            ? SqlText.Of($"SELECT count(*), count(CASE WHEN FALSE THEN 1 END) FROM {dialect.Table(table)}")
            : SqlText.Of(
                $"SELECT count(*), count(CASE WHEN {match} THEN 1 END) FROM {dialect.Table(table)} AS {RowMatch.Row}"
            );

    /// <summary>
    /// The links that rows make: of each row that holds a key of the set in one of some places, each pair of that key and a value in
    /// one of some other places; no pair twice. In order: the key's place, the key, the other place, its value.
    /// </summary>
    /// <returns><see langword="null"/> where no row can make one.</returns>
    public static SqlText? Links(
        SqlDialect dialect,
        string table,
        string keySet,
        ImmutableArray<(string Domain, ColumnPlace Place)> from,
        ImmutableArray<ColumnPlace> to
    )
    {
        var set = SqlValue.Of(keySet);
        var columns = SqlText.Join(
            ", ",
            from.Select(one => one.Place.Column)
                .Concat(to.Select(place => place.Column))
                .Distinct(StringComparer.Ordinal)
                .Select(column => SqlText.Of($"{RowMatch.Row}.{SqlName.Of(column)}"))
        );
        var each = new List<SqlText>();
        for (var at = 0; at < from.Length; at++)
        {
            var (domain, place) = from[at];
            var key = PlaceText.Of(dialect, RowMatch.Row, place);
            var keys = KeyStatements.Surrogates(dialect, set, SqlValue.Of(domain));
            // The key beside its row, so that another list of the row can be unrolled beside both.
            var rows = SqlText.Of(
                $"(SELECT {key.Value} AS {s_key}, {columns} FROM {key.From(dialect.Table(table), RowMatch.Row)} WHERE {key.Where(SqlText.Of($"{key.Value} IN ({keys})"))})"
            );
            for (var other = 0; other < to.Length; other++)
            {
                if (!key.IsMany && to[other].Column == place.Column && to[other].Steps.SequenceEqual(place.Steps))
                {
                    continue;
                }

                var value = PlaceText.Of(dialect, RowMatch.Row, to[other]);
                each.Add(
                    SqlText.Of(
                        $"SELECT {SqlValue.Of(at)} AS {s_fromPlace}, {RowMatch.Row}.{s_key} AS {s_key}, {SqlValue.Of(other)} AS {s_place}, {value.Value} AS {s_value} FROM {value.From(rows, RowMatch.Row)} WHERE {value.Where(SqlText.Of($"{value.Value} IS NOT NULL"))}"
                    )
                );
            }
        }

        return each.Count == 0
            ? null
            : SqlText.Of(
                $"SELECT DISTINCT {s_fromPlace}, {s_key}, {s_place}, {s_value} FROM ({SqlText.Join(" UNION ALL ", each)}) AS _links"
            );
    }

    /// <summary>Of the rows that hold a key of the set in one of some places, how many are whose: owner, rows.</summary>
    /// <returns><see langword="null"/> where no row can match.</returns>
    public static SqlText? CountByOwner(
        SqlDialect dialect,
        string table,
        string keySet,
        ImmutableArray<(string Domain, ColumnPlace Place)> places
    )
    {
        var set = SqlValue.Of(keySet);
        var identity = dialect.RowIdentityColumns(RowMatch.Row);
        var each = places.Select(one =>
        {
            var text = PlaceText.Of(dialect, RowMatch.Row, one.Place);
            var keys = KeyStatements.Join(dialect, set, SqlValue.Of(one.Domain), text.Value);
            return SqlText.Of(
                $"k.owner AS {s_owner}, {identity} FROM {text.From(dialect.Table(table), RowMatch.Row)}, {keys.From} WHERE {text.Where(keys.Where)}"
            );
        });
        if (places.IsEmpty)
        {
            return null;
        }

        // A row counts once for a person, in however many places it is theirs; one place that holds one value cannot count it twice.
        var rows =
            places.Length == 1 && places[0].Place.Steps.IsEmpty
                ? SqlText.Of($"SELECT {each.Single()}")
                : SqlText.Join(" UNION DISTINCT ", each.Select(one => SqlText.Of($"SELECT DISTINCT {one}")));
        return SqlText.Of($"SELECT {s_owner}, count(*) FROM ({rows}) AS _rows GROUP BY {s_owner}");
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
