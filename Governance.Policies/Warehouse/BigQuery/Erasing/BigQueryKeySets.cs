using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Erasing;

/// <summary>Named sets of identifiers, in one table beside the datasets' tables.</summary>
internal sealed class BigQueryKeySets(BigQueryTables tables)
{
    private const string Feature = "keys";

    // 72 characters each, and what the request puts around them: below the 10 MB that a request may have.
    private const int MostKeys = 50_000;

    /// <summary>Adds keys; those that stand there already are left out.</summary>
    public async Task AddAsync(string keySet, IReadOnlyCollection<OwnedKey> keys, CancellationToken cancellationToken)
    {
        foreach (var domain in keys.GroupBy(key => key.Identifier.Domain, StringComparer.Ordinal))
        {
            foreach (var some in domain.Chunk(MostKeys))
            {
                await ChangeAsync(KeyStatements.Add(tables.Dialect, keySet, domain.Key, some), cancellationToken);
            }
        }
    }

    /// <summary>The keys of a set.</summary>
    public async Task<IReadOnlyCollection<OwnedKey>> ReadAsync(string keySet, CancellationToken cancellationToken) =>
        [
            .. (
                await tables.QueryAsync(KeyStatements.Read(tables.Dialect, keySet), Feature, null, cancellationToken)
            ).Select(row => new OwnedKey(
                new LinkedIdentifier(row[0].AsText()!, Guid.ParseExact(row[1].AsText()!, "D")),
                row[2].AsText() is { } owner ? Guid.ParseExact(owner, "D") : Guid.Empty
            )),
        ];

    /// <summary>Of some surrogates, those that stand in sets whose names begin so.</summary>
    public async Task<IReadOnlySet<Guid>> FindAsync(
        IReadOnlyCollection<string> prefixes,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    ) =>
        (
            await tables.QueryAsync(
                KeyStatements.Find(tables.Dialect, prefixes, surrogates),
                Feature,
                null,
                cancellationToken
            )
        )
            .Select(row => Guid.ParseExact(row[0].AsText()!, "D"))
            .ToHashSet();

    /// <summary>Removes some owners' keys.</summary>
    public Task RemoveAsync(string keySet, IReadOnlyCollection<Guid> owners, CancellationToken cancellationToken) =>
        ChangeAsync(KeyStatements.Remove(tables.Dialect, keySet, owners), cancellationToken);

    /// <summary>Removes a set.</summary>
    public Task DropAsync(string keySet, CancellationToken cancellationToken) =>
        ChangeAsync(KeyStatements.Drop(tables.Dialect, keySet), cancellationToken);

    private Task ChangeAsync(SqlText statement, CancellationToken cancellationToken) =>
        tables.ExecuteAsync(statement, Feature, tables.Source.Table(SystemTables.Keys), cancellationToken);
}
