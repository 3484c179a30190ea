using Governance.Masking.Contracts;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>What an erasure asks of a table before it deletes, and after.</summary>
internal static class IdentifierQueries
{
    private static readonly DuckDbDialect s_dialect = DuckDbDialect.Instance;

    public static MatchCount Count(
        DuckDbSession session,
        string keySet,
        Dataset dataset,
        IEnumerable<Column> columns
    ) =>
        TableColumns.Read(session, dataset.Name) is { } shape
            ? session.Single(
                IdentifierStatements.Count(
                    s_dialect,
                    dataset.Name,
                    RowMatch.Build(s_dialect, dataset.Name, shape, keySet, columns)
                ),
                reader => new MatchCount(reader.GetInt64(0), reader.GetInt64(1))
            )
            : new(0, 0);

    public static TableReach Reach(DuckDbSession session, Dataset dataset, IEnumerable<Column> columns) =>
        TableColumns.Read(session, dataset.Name) is not { } shape ? TableReach.NoTable
        : IdentifierStatements.Places(shape, columns).IsEmpty ? TableReach.NoColumn
        : TableReach.Reached;

    public static MatchCount Count(DuckDbSession session, ErasureJob job) =>
        TableColumns.Read(session, job.Dataset.Name) is { } shape
            ? session.Single(
                IdentifierStatements.Count(s_dialect, job.Dataset.Name, JobMatch.Build(s_dialect, job, shape)),
                reader => new MatchCount(reader.GetInt64(0), reader.GetInt64(1))
            )
            : new(0, 0);

    public static List<string> Rows(
        DuckDbSession session,
        string keySet,
        Dataset dataset,
        IEnumerable<Column> columns
    ) =>
        TableColumns.Read(session, dataset.Name) is { } shape
        && RowMatch.Build(s_dialect, dataset.Name, shape, keySet, columns) is { } match
            ? session.Query(
                SqlText.Of(
                    $"SELECT to_json(_found)::VARCHAR FROM (SELECT * FROM {s_dialect.Table(dataset.Name)} AS {RowMatch.Row} WHERE {match} ORDER BY {RowMatch.Row}._event_time, {RowMatch.Row}._offset) AS _found"
                ),
                reader => reader.GetString(0)
            )
            : [];

    public static IReadOnlyCollection<IdentifierLink> Links(
        DuckDbSession session,
        string keySet,
        Dataset dataset,
        IEnumerable<Column> from,
        IEnumerable<Column> to
    )
    {
        if (TableColumns.Read(session, dataset.Name) is not { } shape)
        {
            return [];
        }

        var keys = IdentifierStatements.Places(shape, from);
        var others = IdentifierStatements.Places(shape, to);
        return
            IdentifierStatements.Links(s_dialect, dataset.Name, keySet, keys, [.. others.Select(one => one.Place)])
                is { } statement
            ? session
                .Query(
                    statement,
                    reader => new IdentifierLink(
                        new LinkedIdentifier(keys[(int)reader.GetInt64(0)].Domain, reader.GetGuid(1)),
                        new LinkedIdentifier(others[(int)reader.GetInt64(2)].Domain, reader.GetGuid(3))
                    )
                )
                // A map of one place is a list of entries elsewhere, whose key would stand beside itself.
                .Where(link => link.Key != link.Other)
                .ToHashSet()
            : [];
    }

    public static IReadOnlyDictionary<Guid, long> CountByOwner(
        DuckDbSession session,
        string keySet,
        Dataset dataset,
        IEnumerable<Column> columns
    ) =>
        TableColumns.Read(session, dataset.Name) is { } shape
        && IdentifierStatements.CountByOwner(
            s_dialect,
            dataset.Name,
            keySet,
            IdentifierStatements.Places(shape, columns)
        )
            is { } statement
            ? session
                .Query(
                    statement,
                    reader => (Owner: reader.IsDBNull(0) ? Guid.Empty : reader.GetGuid(0), Rows: reader.GetInt64(1))
                )
                .ToDictionary(count => count.Owner, count => count.Rows)
            : new Dictionary<Guid, long>();

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

        var places = IdentifierStatements
            .Places(shape, columns)
            .ToLookup(one => one.Domain, one => one.Place, StringComparer.Ordinal);
        foreach (var domain in identifiers.GroupBy(key => key.Domain, key => key.Surrogate, StringComparer.Ordinal))
        {
            if (
                IdentifierStatements.StillHeld(s_dialect, dataset.Name, [.. places[domain.Key]], domain) is
                { } statement
            )
            {
                held.UnionWith(session.Query(statement, reader => new LinkedIdentifier(domain.Key, reader.GetGuid(0))));
            }
        }

        return held;
    }
}
