using System.Collections.Concurrent;
using Governance.Api.Storage;
using Governance.Masking.Vault;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Suppression;

/// <summary>Keeps the list in the state, and the whole of it in memory as well.</summary>
internal sealed class StoredSuppressions(IStateStore store, TimeProvider time) : ISuppressions, IDisposable
{
    private readonly ConcurrentDictionary<IdentifierKey, DateTimeOffset> _keys = new();

    // Who was noted as beginning anew by this process, and since which erasure: so that each event of theirs costs no write.
    private readonly ConcurrentDictionary<IdentifierKey, DateTimeOffset> _renewed = new();

    private readonly SemaphoreSlim _one = new(1, 1);
    private long _position = -1;

    // Until the list is loaded nobody can say that an identifier is not on it.
    private volatile bool _loaded;

    public int Count => _keys.Count;

    public bool Contains(in IdentifierKey key) =>
        _loaded
            ? _keys.ContainsKey(key)
            : throw new InvalidOperationException("The suppression list is not loaded yet: call LoadAsync at start.");

    public DateTimeOffset? SuppressedSince(in IdentifierKey key) =>
        !_loaded
            ? throw new InvalidOperationException("The suppression list is not loaded yet: call LoadAsync at start.")
        : _keys.TryGetValue(key, out var since) ? since
        : null;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await ReadNewAsync(cancellationToken);
        _loaded = true;
    }

    public ValueTask RefreshAsync(CancellationToken cancellationToken) => new(ReadNewAsync(cancellationToken));

    public async ValueTask RenewAsync(IReadOnlyCollection<IdentifierKey> keys, CancellationToken cancellationToken)
    {
        if (keys.All(key => _renewed.TryGetValue(key, out var since) && since == SuppressedSince(key)))
        {
            return;
        }

        await store.WriteAsync(
            async db =>
            {
                foreach (var key in keys)
                {
                    if (
                        await db.FindAsync<SuppressedIdentifier>(
                            [key.Domain, key.Index.ToString()],
                            cancellationToken
                        ) is
                        { RenewedAt: null } known
                    )
                    {
                        known.RenewedAt = time.GetUtcNow();
                    }
                }
            },
            cancellationToken
        );
        foreach (var key in keys)
        {
            _renewed[key] = SuppressedSince(key) ?? default;
        }
    }

    public void Dispose() => _one.Dispose();

    public async Task<int> AddAsync(
        StateDbContext db,
        IReadOnlyCollection<IdentifierKey> keys,
        string requestId,
        CancellationToken cancellationToken
    )
    {
        var added = 0;
        var position = await LastAsync(db, cancellationToken);
        var now = time.GetUtcNow();
        foreach (var key in keys)
        {
            var index = key.Index.ToString();
            position++;
            if (await db.FindAsync<SuppressedIdentifier>([key.Domain, index], cancellationToken) is { } known)
            {
                // With a position of its own, so that other processes take it in.
                (known.Position, known.RequestId, known.SuppressedAt) = (position, requestId, now);
                known.RenewedAt = null;
                continue;
            }

            added++;
            db.Add(
                new SuppressedIdentifier
                {
                    Position = position,
                    Domain = key.Domain,
                    Index = index,
                    RequestId = requestId,
                    SuppressedAt = now,
                }
            );
        }

        var inForce = keys.ToArray();
        db.AfterCommit(() =>
        {
            foreach (var key in inForce)
            {
                Take(key, now);
            }
        });
        return added;
    }

    public Task<int> AddAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        string requestId,
        CancellationToken cancellationToken
    ) => store.WriteAsync(db => AddAsync(db, keys, requestId, cancellationToken), cancellationToken);

    private void Take(IdentifierKey key, DateTimeOffset since) =>
        _keys.AddOrUpdate(key, since, (_, known) => known > since ? known : since);

    // What this write added and has not saved yet counts, too.
    private static async Task<long> LastAsync(StateDbContext db, CancellationToken cancellationToken)
    {
        var list = db.Set<SuppressedIdentifier>();
        var stored = await list.MaxAsync(suppressed => (long?)suppressed.Position, cancellationToken) ?? 0;
        return list.Local.Select(suppressed => suppressed.Position).Append(stored).Max();
    }

    // One at a time, so that a position never moves back.
    private async Task ReadNewAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var position = _position;
            var stored = await store.ReadAsync(
                db =>
                    db.Set<SuppressedIdentifier>()
                        .Where(suppressed => suppressed.Position > position)
                        .ToListAsync(cancellationToken),
                cancellationToken
            );
            foreach (var suppressed in stored)
            {
                var index = BlindIndex.Read(Convert.FromHexString(suppressed.Index));
                Take(new IdentifierKey(suppressed.Domain, index), suppressed.SuppressedAt);
                _position = Math.Max(_position, suppressed.Position);
            }
        }
        finally
        {
            _one.Release();
        }
    }
}
