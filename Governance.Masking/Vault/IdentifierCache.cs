using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Governance.Masking.Vault;

/// <summary>
/// Bounded cache with an absolute life, in two generations: when the young one is full it becomes the old one, whose rows are
/// forgotten unless they were used meanwhile. Reading takes no lock.
/// </summary>
internal sealed class IdentifierCache(IdentifiersOptions options, TimeProvider time)
{
    private readonly Lock _turn = new();
    private ConcurrentDictionary<IdentifierKey, Entry> _young = new();
    private ConcurrentDictionary<IdentifierKey, Entry> _old = new();
    private int _youngCount;
    private long _epoch;

    /// <summary>Changes with every removal; read before the vault is asked (see <see cref="Add"/>).</summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    public bool TryGet(IdentifierKey key, [NotNullWhen(true)] out ResolvedIdentifier? resolved)
    {
        resolved = null;
        var young = Volatile.Read(ref _young);
        if (!young.TryGetValue(key, out var entry))
        {
            if (!Volatile.Read(ref _old).TryGetValue(key, out entry))
            {
                return false;
            }

            if (IsFresh(entry))
            {
                var epoch = Epoch;
                Put(key, entry, epoch);

                // Found in the old generation, but removed before it reached the young one: not to be used.
                if (Epoch != epoch)
                {
                    return false;
                }
            }
        }

        if (!IsFresh(entry))
        {
            return false;
        }

        resolved = entry.Resolved;
        return true;
    }

    /// <summary>Keeps a row, unless something was removed since <paramref name="epoch"/>: it could be this very row.</summary>
    public void Add(IdentifierKey key, ResolvedIdentifier resolved, long epoch) =>
        Put(key, new Entry(resolved, time.GetTimestamp()), epoch);

    public void Remove(IEnumerable<IdentifierKey> keys)
    {
        // First the epoch, then the rows: who adds one after this looked sees the epoch and takes it out himself.
        _ = Interlocked.Increment(ref _epoch);
        lock (_turn)
        {
            foreach (var key in keys)
            {
                if (_young.TryRemove(key, out _))
                {
                    _ = Interlocked.Decrement(ref _youngCount);
                }

                _ = _old.TryRemove(key, out _);
            }
        }
    }

    private bool IsFresh(Entry entry) => time.GetElapsedTime(entry.Added) < options.CacheLife;

    private void Put(IdentifierKey key, Entry entry, long epoch)
    {
        lock (_turn)
        {
            if (Epoch != epoch || options.CacheCapacity < 2)
            {
                return;
            }

            if (_youngCount >= options.CacheCapacity / 2)
            {
                _old = _young;
                _young = new ConcurrentDictionary<IdentifierKey, Entry>();
                _youngCount = 0;
            }

            if (_young.TryAdd(key, entry))
            {
                _youngCount++;
            }
            else
            {
                _young[key] = entry;
            }
        }
    }

    private readonly record struct Entry(ResolvedIdentifier Resolved, long Added);
}
