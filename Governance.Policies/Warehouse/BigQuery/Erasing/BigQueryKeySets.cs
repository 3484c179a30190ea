using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Erasing;

/// <summary>Named sets of identifiers, in one table beside the datasets' tables.</summary>
internal sealed class BigQueryKeySets(BigQueryTables tables)
{
    private const string Feature = "keys";

    // 36 characters each, and what the request puts around them: below the 10 MB that a request may have.
    private const int MostKeys = 50_000;

    /// <summary>Adds keys; those that stand there already are left out.</summary>
    public async Task AddAsync(
        string keySet,
        IReadOnlyCollection<LinkedIdentifier> keys,
        CancellationToken cancellationToken
    )
    {
        foreach (var domain in keys.GroupBy(key => key.Domain, key => key.Surrogate, StringComparer.Ordinal))
        {
            foreach (var some in domain.Chunk(MostKeys))
            {
                await tables.ExecuteAsync(
                    KeyStatements.Add(tables.Dialect, keySet, domain.Key, some),
                    Feature,
                    tables.Source.Table(SystemTables.Keys),
                    cancellationToken
                );
            }
        }
    }

    /// <summary>The keys of a set.</summary>
    public async Task<IReadOnlyCollection<LinkedIdentifier>> ReadAsync(
        string keySet,
        CancellationToken cancellationToken
    ) =>
        [
            .. (
                await tables.QueryAsync(KeyStatements.Read(tables.Dialect, keySet), Feature, null, cancellationToken)
            ).Select(row => new LinkedIdentifier(row[0].AsText()!, Guid.ParseExact(row[1].AsText()!, "D"))),
        ];

    /// <summary>Removes a set.</summary>
    public Task DropAsync(string keySet, CancellationToken cancellationToken) =>
        tables.ExecuteAsync(
            KeyStatements.Drop(tables.Dialect, keySet),
            Feature,
            tables.Source.Table(SystemTables.Keys),
            cancellationToken
        );
}
