using Governance.Masking.Contracts;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Erasing;

/// <summary>What an erasure asks of a table before it deletes, and after.</summary>
internal sealed class BigQueryIdentifiers(BigQueryTables tables)
{
    private const string Feature = "erasure";

    public async Task<MatchCount> CountAsync(
        string keySet,
        Dataset dataset,
        IEnumerable<Column> columns,
        CancellationToken cancellationToken
    )
    {
        if (await tables.FindShapeAsync(dataset.Name, cancellationToken) is not { } shape)
        {
            return new(0, 0);
        }

        var match = RowMatch.Build(tables.Dialect, dataset.Name, shape, keySet, columns);
        var statement = IdentifierStatements.Count(tables.Dialect, dataset.Name, match);
        var row = (await tables.QueryAsync(statement, Feature, keySet, cancellationToken))[0];
        return new(row[0].AsLong()!.Value, row[1].AsLong()!.Value);
    }

    public async Task<long> CorrectAsync(ValueCorrection correction, CancellationToken cancellationToken) =>
        await tables.FindShapeAsync(correction.Dataset.Name, cancellationToken) is { } shape
        && CorrectStatements.Update(tables.Dialect, correction, shape) is { } statement
            ? await tables.ChangeAsync(
                statement,
                Feature,
                tables.Source.Table(correction.Dataset.Name),
                cancellationToken
            )
            : 0;

    public async Task<MatchCount> CountAsync(ErasureJob job, CancellationToken cancellationToken)
    {
        if (await tables.FindShapeAsync(job.Dataset.Name, cancellationToken) is not { } shape)
        {
            return new(0, 0);
        }

        var match = JobMatch.Build(tables.Dialect, job, shape);
        var statement = IdentifierStatements.Count(tables.Dialect, job.Dataset.Name, match);
        var row = (await tables.QueryAsync(statement, Feature, job.KeySet, cancellationToken))[0];
        return new(row[0].AsLong()!.Value, row[1].AsLong()!.Value);
    }

    public async Task<IReadOnlyList<string>> RowsAsync(
        string keySet,
        Dataset dataset,
        IEnumerable<Column> columns,
        CancellationToken cancellationToken
    )
    {
        if (
            await tables.FindShapeAsync(dataset.Name, cancellationToken) is not { } shape
            || RowMatch.Build(tables.Dialect, dataset.Name, shape, keySet, columns) is not { } match
        )
        {
            return [];
        }

        var row = RowMatch.Row;
        var rows = await tables.QueryAsync(
            SqlText.Of(
                $"SELECT TO_JSON_STRING({row}) FROM {tables.Dialect.Table(dataset.Name)} AS {row} WHERE {match} ORDER BY {row}._event_time, {row}._offset"
            ),
            Feature,
            keySet,
            cancellationToken
        );
        return [.. rows.Select(found => found[0].AsText()!)];
    }

    public async Task<IReadOnlyCollection<IdentifierLink>> LinksAsync(
        string keySet,
        Dataset dataset,
        IEnumerable<Column> from,
        IEnumerable<Column> to,
        CancellationToken cancellationToken
    )
    {
        if (await tables.FindShapeAsync(dataset.Name, cancellationToken) is not { } shape)
        {
            return [];
        }

        var keys = IdentifierStatements.Places(shape, from);
        var others = IdentifierStatements.Places(shape, to);
        return
            IdentifierStatements.Links(tables.Dialect, dataset.Name, keySet, keys, [.. others.Select(one => one.Place)])
                is { } statement
            ? (await tables.QueryAsync(statement, Feature, keySet, cancellationToken))
                .Select(row => new IdentifierLink(
                    new LinkedIdentifier(keys[(int)row[0].AsLong()!.Value].Domain, Surrogate(row[1])),
                    new LinkedIdentifier(others[(int)row[2].AsLong()!.Value].Domain, Surrogate(row[3]))
                ))
                // A map of one place is a list of entries elsewhere, whose key would stand beside itself.
                .Where(link => link.Key != link.Other)
                .ToHashSet()
            : [];
    }

    public async Task<IReadOnlyDictionary<Guid, long>> CountByOwnerAsync(
        string keySet,
        Dataset dataset,
        IEnumerable<Column> columns,
        CancellationToken cancellationToken
    ) =>
        await tables.FindShapeAsync(dataset.Name, cancellationToken) is { } shape
        && IdentifierStatements.CountByOwner(
            tables.Dialect,
            dataset.Name,
            keySet,
            IdentifierStatements.Places(shape, columns)
        )
            is { } statement
            ? (await tables.QueryAsync(statement, Feature, keySet, cancellationToken)).ToDictionary(
                row => row[0].IsNull ? Guid.Empty : Surrogate(row[0]),
                row => row[1].AsLong()!.Value
            )
            : new Dictionary<Guid, long>();

    public async Task<IReadOnlyCollection<LinkedIdentifier>> StillHeldAsync(
        Dataset dataset,
        IReadOnlyList<Column> columns,
        IReadOnlyCollection<LinkedIdentifier> identifiers,
        CancellationToken cancellationToken
    )
    {
        var held = new HashSet<LinkedIdentifier>();
        if (await tables.FindShapeAsync(dataset.Name, cancellationToken) is not { } shape)
        {
            return held;
        }

        var places = IdentifierStatements
            .Places(shape, columns)
            .ToLookup(one => one.Domain, one => one.Place, StringComparer.Ordinal);
        foreach (var domain in identifiers.GroupBy(key => key.Domain, key => key.Surrogate, StringComparer.Ordinal))
        {
            if (
                IdentifierStatements.StillHeld(tables.Dialect, dataset.Name, [.. places[domain.Key]], domain) is
                { } statement
            )
            {
                var rows = await tables.QueryAsync(statement, Feature, null, cancellationToken);
                held.UnionWith(rows.Select(row => new LinkedIdentifier(domain.Key, Surrogate(row[0]))));
            }
        }

        return held;
    }

    private static Guid Surrogate(QueryCell cell) => Guid.ParseExact(cell.AsText()!, "D");
}
