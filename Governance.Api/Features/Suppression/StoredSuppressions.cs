using System.Collections.Concurrent;
using Governance.Api.Storage;
using Governance.Masking.Vault;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Suppression;

/// <summary>Keeps the list in the state, and the whole of it in memory as well.</summary>
internal sealed class StoredSuppressions(IStateStore store, TimeProvider time) : ISuppressions
{
    private readonly ConcurrentDictionary<IdentifierKey, bool> _keys = new();

    // Until the list is loaded nobody can say that an identifier is not on it.
    private volatile bool _loaded;

    public int Count => _keys.Count;

    public bool Contains(in IdentifierKey key) =>
        _loaded
            ? _keys.ContainsKey(key)
            : throw new InvalidOperationException("The suppression list is not loaded yet: call LoadAsync at start.");

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(
            db => db.Set<SuppressedIdentifier>().ToListAsync(cancellationToken),
            cancellationToken
        );
        foreach (var suppressed in stored)
        {
            var index = BlindIndex.Read(Convert.FromHexString(suppressed.Index));
            _keys.TryAdd(new IdentifierKey(suppressed.Domain, index), true);
        }

        _loaded = true;
    }

    public async Task<int> AddAsync(
        StateDbContext db,
        IReadOnlyCollection<IdentifierKey> keys,
        string requestId,
        CancellationToken cancellationToken
    )
    {
        var added = 0;
        foreach (var key in keys)
        {
            var index = key.Index.ToString();
            if (await db.FindAsync<SuppressedIdentifier>([key.Domain, index], cancellationToken) is not null)
            {
                continue;
            }

            added++;
            db.Add(
                new SuppressedIdentifier
                {
                    Domain = key.Domain,
                    Index = index,
                    RequestId = requestId,
                    SuppressedAt = time.GetUtcNow(),
                }
            );
        }

        var inForce = keys.ToArray();
        db.AfterCommit(() =>
        {
            foreach (var key in inForce)
            {
                _keys.TryAdd(key, true);
            }
        });
        return added;
    }

    public Task<int> AddAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        string requestId,
        CancellationToken cancellationToken
    ) => store.WriteAsync(db => AddAsync(db, keys, requestId, cancellationToken), cancellationToken);
}
