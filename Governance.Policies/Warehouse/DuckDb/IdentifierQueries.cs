using System.Globalization;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>What an erasure asks of a table before it deletes, and after.</summary>
internal static class IdentifierQueries
{
    public static MatchCount Count(DuckDbSession session, string keySet, Dataset dataset, IEnumerable<Column> columns)
    {
        if (TableColumns.Read(session, dataset.Name) is not { } shape)
        {
            return new(0, 0);
        }

        var table = Sql.Name(dataset.Name);
        return RowMatch.Build(dataset.Name, shape, keySet, columns) is { } match
            // One statement, so that both counts see the same rows.
            ? session.Single(
                $"SELECT count(*), (SELECT count(*) FROM {table} WHERE {match.Condition}) FROM {table}",
                reader => new MatchCount(reader.GetInt64(0), reader.GetInt64(1)),
                match.Parameters
            )
            : session.Single($"SELECT count(*) FROM {table}", reader => new MatchCount(reader.GetInt64(0), 0));
    }

    public static IReadOnlyCollection<LinkedIdentifier> Follow(
        DuckDbSession session,
        string keySet,
        Dataset dataset,
        IEnumerable<Column> from,
        IEnumerable<Column> to
    )
    {
        if (
            TableColumns.Read(session, dataset.Name) is not { } shape
            || RowMatch.Build(dataset.Name, shape, keySet, from) is not { } match
        )
        {
            return [];
        }

        var places = to.Where(column => column.Identifier is not null)
            .SelectMany(column =>
                ColumnValues.Surrogates(shape, column).Select(place => (Domain: column.Identifier!, Place: place))
            )
            .ToArray();
        if (places.Length == 0)
        {
            return [];
        }

        var read = places.Select((place, at) => Invariant($"{place.Place.Expression} AS v{at}"));
        var each = places.Select(
            (place, at) =>
                Invariant($"SELECT {at} AS c, {(place.Place.IsList ? $"unnest(v{at})" : $"v{at}")} AS v FROM m")
        );
        return session
            .Query(
                $"""
                WITH m AS MATERIALIZED (
                    SELECT {string.Join(", ", read)} FROM {Sql.Name(dataset.Name)} WHERE {match.Condition})
                SELECT DISTINCT c, v FROM ({string.Join(" UNION ALL ", each)}) WHERE v IS NOT NULL
                """,
                reader => new LinkedIdentifier(places[reader.GetInt32(0)].Domain, reader.GetGuid(1)),
                match.Parameters
            )
            .ToHashSet();
    }

    public static IReadOnlyCollection<LinkedIdentifier> StillHeld(
        DuckDbSession session,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        IReadOnlyCollection<LinkedIdentifier> identifiers
    )
    {
        var held = new HashSet<LinkedIdentifier>();
        if (TableColumns.Read(session, dataset.Name) is not { } shape)
        {
            return held;
        }

        foreach (var domain in identifiers.GroupBy(key => key.Domain, key => key.Surrogate, StringComparer.Ordinal))
        {
            var places = columns
                .Where(column => string.Equals(column.Identifier, domain.Key, StringComparison.Ordinal))
                .SelectMany(column => ColumnValues.Surrogates(shape, column))
                .Select(place => $"SELECT {Values(place)} AS v FROM {Sql.Name(dataset.Name)}")
                .ToArray();
            if (places.Length > 0)
            {
                held.UnionWith(
                    session.Query(
                        $"""
                        SELECT DISTINCT v FROM ({string.Join(" UNION ALL ", places)})
                        WHERE v IN (SELECT {KeySets.Unnest(1)})
                        """,
                        reader => new LinkedIdentifier(domain.Key, reader.GetGuid(0)),
                        KeySets.Join(domain)
                    )
                );
            }
        }

        return held;
    }

    private static string Values(ValueExpression place) =>
        place.IsList ? $"unnest({place.Expression})" : place.Expression;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
