using System.Collections.Concurrent;
using Governance.Masking.Keys;

namespace Governance.Masking.Vault;

/// <summary>
/// What is kept in memory of vault rows: surrogates in one table, subject keys (six hundred bytes each) in a smaller one. Nothing
/// that was removed is added again by whoever read it before. Safe for concurrent callers.
/// </summary>
internal sealed class IdentifierCache
{
    private readonly ConcurrentDictionary<string, int> _domains = new(StringComparer.Ordinal);
    private readonly Lock _numbering = new();
    private readonly RemovalEpoch _epoch = new();
    private readonly TimeProvider _time;
    private readonly long _start;

    public IdentifierCache(IdentifiersOptions options, TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        var life = (long)options.CacheLife.TotalMilliseconds;
        Surrogates = new IdentifierTable<Guid>(options.CacheCapacity, life, _epoch);
        SubjectKeys = new IdentifierTable<SubjectKey>(options.SubjectKeyCapacity, life, _epoch);
    }

    public IdentifierTable<Guid> Surrogates { get; }

    public IdentifierTable<SubjectKey> SubjectKeys { get; }

    /// <summary>Moves on with every removal; read before the vault is asked.</summary>
    public long Epoch => _epoch.Value;

    /// <summary>Milliseconds since this was made. Rounding makes lives shorter, never longer.</summary>
    public long Now => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Surrogates.Count == 0 && SubjectKeys.Count == 0;

    /// <summary>A domain's number.</summary>
    public int NumberOf(string domain)
    {
        if (_domains.TryGetValue(domain, out var number))
        {
            return number;
        }

        lock (_numbering)
        {
            return _domains.GetOrAdd(domain, _domains.Count + 1);
        }
    }

    /// <summary>Keeps a row's surrogate, and its key where it was unwrapped.</summary>
    /// <param name="key">What the row stands under.</param>
    /// <param name="surrogate">Its surrogate.</param>
    /// <param name="subjectKey">Its key.</param>
    /// <param name="now"><see cref="Now"/> before the vault was asked.</param>
    /// <param name="epoch"><see cref="Epoch"/> before the vault was asked.</param>
    public void Add(IdentifierKey key, Guid surrogate, SubjectKey? subjectKey, long now, long epoch)
    {
        var domain = NumberOf(key.Domain);
        Surrogates.Add(domain, key.Index, surrogate, now, epoch);
        if (subjectKey is not null)
        {
            SubjectKeys.Add(domain, key.Index, subjectKey, now, epoch);
        }
    }

    /// <summary>Forgets the rows whose blind indexes start so.</summary>
    public void Remove(IEnumerable<ulong> indexPrefixes)
    {
        _epoch.MoveOn();
        foreach (var prefix in indexPrefixes)
        {
            Surrogates.Remove(prefix);
            SubjectKeys.Remove(prefix);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _epoch.MoveOn();
        Surrogates.Clear();
        SubjectKeys.Clear();
    }

    /// <summary>Forgets what has expired: it is not used any more, and should not stay in memory either.</summary>
    public void Sweep()
    {
        var now = Now;
        Surrogates.Sweep(now);
        SubjectKeys.Sweep(now);
    }
}
