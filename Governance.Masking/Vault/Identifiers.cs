using Governance.Masking.Columns;
using Governance.Masking.Keys;
using Governance.Masking.Methods.Normalization;

namespace Governance.Masking.Vault;

/// <summary>
/// Turns identifiers into surrogates and subject keys: normalizes, blind-indexes, asks the vault in batches, and keeps rows in
/// memory for a time. The one way to the vault. Safe for concurrent callers.
/// </summary>
public sealed class Identifiers : IAsyncDisposable
{
    // So many look-ups are under way in the processor at once; more than it can keep track of gain nothing.
    private const int Ahead = 16;

    private readonly TenantKeys _keys;
    private readonly IVault _vault;
    private readonly IdentifierCache _cache;
    private readonly DestructionFeed _destructions;

    /// <summary>Makes one.</summary>
    /// <param name="keys">The tenant's keys.</param>
    /// <param name="vault">The tenant's vault.</param>
    /// <param name="options">How rows are kept in memory.</param>
    /// <param name="time">Measures how long.</param>
    public Identifiers(TenantKeys keys, IVault vault, IdentifiersOptions options, TimeProvider time)
    {
        _keys = keys;
        _vault = vault;
        _cache = new IdentifierCache(options, time);
        _destructions = new DestructionFeed(vault, _cache, options, time);
    }

    /// <summary>What is in memory.</summary>
    internal IdentifierCache Cache => _cache;

    /// <summary>Stops asking the vault for destroyed rows, and forgets all.</summary>
    public ValueTask DisposeAsync() => _destructions.DisposeAsync();

    /// <summary>Normalizes and blind-indexes an identifier. Nothing is stored.</summary>
    /// <param name="domain">The identifier domain.</param>
    /// <param name="utf8">The identifier as it came.</param>
    /// <param name="key">What the system knows it by.</param>
    /// <returns><see langword="false"/> where it is not UTF-8, empty, or too long to be an identifier.</returns>
    public bool TryGetKey(string domain, ReadOnlySpan<byte> utf8, out IdentifierKey key) =>
        TryGetKey(domain, utf8, out key, out _);

    /// <summary>Normalizes and blind-indexes an identifier, and says why it cannot.</summary>
    public bool TryGetKey(
        string domain,
        ReadOnlySpan<byte> utf8,
        out IdentifierKey key,
        out NormalizationFailure failure
    )
    {
        _keys.CheckUsable();
        Span<byte> normalized = stackalloc byte[Normalizers.MaxLength];
        if (!Normalizers.For(domain).TryNormalize(utf8, normalized, out var written, out failure))
        {
            key = default;
            return false;
        }

        key = new IdentifierKey(domain, _keys.Index(domain, normalized[..written]));
        return true;
    }

    /// <summary>
    /// Normalizes and blind-indexes a column of identifiers; what is none is marked (<see cref="IdentifierColumn.IsIdentifier"/>).
    /// Nothing is stored.
    /// </summary>
    public void Index(IdentifierColumn column)
    {
        column.Begin();
        column.Normalize(Normalizers.For(column.Domain));
        column.Hash(_keys.IndexKey(column.Domain));
    }

    /// <summary>
    /// Gives the identifiers of columns that were indexed their surrogates and subject keys, in one round trip to the vault for all
    /// that are not in memory; done at once, and without allocating, where all are. An identifier without a row gets one, unless
    /// it was excluded.
    /// </summary>
    /// <exception cref="VaultException">A row is not genuine.</exception>
    /// <exception cref="KeysUnavailableException">The keys may not be used at present; nothing was resolved.</exception>
    public ValueTask ResolveAsync(IReadOnlyList<IdentifierColumn> columns, CancellationToken cancellationToken)
    {
        // Every batch comes by here before anything of it is masked, whether its identifiers are in memory or not.
        _keys.CheckUsable();
        return _destructions.IsCurrent && TakeFromMemory(columns, _cache.Now)
            ? ValueTask.CompletedTask
            : new ValueTask(ResolveRestAsync(columns, cancellationToken));
    }

    /// <summary>
    /// Gives each identifier its surrogate and subject key, in one round trip to the vault for all that are not in memory. An
    /// identifier without a row gets one.
    /// </summary>
    /// <param name="plain">The identifiers as they came, by what <see cref="TryGetKey(string, ReadOnlySpan{byte}, out IdentifierKey)"/> gave.</param>
    /// <param name="into">Receives an entry for each.</param>
    /// <param name="cancellationToken">Stops before anything is stored.</param>
    /// <exception cref="VaultException">A row is not genuine.</exception>
    /// <exception cref="KeysUnavailableException">The keys may not be used at present; nothing was resolved.</exception>
    public async ValueTask ResolveAsync(
        IReadOnlyDictionary<IdentifierKey, ReadOnlyMemory<byte>> plain,
        IDictionary<IdentifierKey, ResolvedIdentifier> into,
        CancellationToken cancellationToken
    )
    {
        _keys.CheckUsable();
        var current = await _destructions.EnsureCurrentAsync(cancellationToken);
        var look = new Look(_cache.Now, _cache.Epoch);
        var wanted = new Dictionary<IdentifierKey, Wanted>();
        foreach (var (key, value) in plain)
        {
            var domain = _cache.NumberOf(key.Domain);
            if (
                current
                && _cache.Surrogates.TryGet(domain, key.Index, look.Now, out var surrogate)
                && _cache.SubjectKeys.TryGet(domain, key.Index, look.Now, out var subjectKey)
            )
            {
                into[key] = new ResolvedIdentifier(surrogate, subjectKey);
            }
            else
            {
                wanted[key] = new Wanted(null, 0, value, NeedsKey: true);
            }
        }

        foreach (var (key, found) in await FetchAsync(wanted, look, cancellationToken))
        {
            into[key] = new ResolvedIdentifier(found.Surrogate, found.SubjectKey!);
        }
    }

    /// <summary>Finds identifiers that have rows; nothing is made. Not served from memory: what is found, stands.</summary>
    public async ValueTask<IReadOnlyDictionary<IdentifierKey, ResolvedIdentifier>> FindAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        CancellationToken cancellationToken
    )
    {
        _keys.CheckUsable();
        var rows = await _vault.FindAsync(keys, cancellationToken);
        return rows.ToDictionary(row => row.Key, row => new ResolvedIdentifier(row.Surrogate, Unwrap(row)));
    }

    /// <summary>Finds what surrogates stand for; missing ones are absent from the answer.</summary>
    public async ValueTask<IReadOnlyDictionary<Guid, IdentifierKey>> FindBySurrogateAsync(
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    )
    {
        var rows = await _vault.FindBySurrogateAsync(surrogates, cancellationToken);
        return rows.ToDictionary(row => row.Surrogate, row => row.Key);
    }

    /// <summary>
    /// Destroys identifiers' rows: their surrogates and everything sealed under their keys lose their meaning. Doing it again
    /// changes nothing.
    /// </summary>
    /// <returns>How many rows there were.</returns>
    public async ValueTask<int> DestroyAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        CancellationToken cancellationToken
    )
    {
        var destroyed = keys.Select(key => key.Index.High).ToArray();
        _cache.Remove(destroyed);
        try
        {
            return await _vault.DestroyAsync(keys, cancellationToken);
        }
        finally
        {
            // A reader may have fetched a row just before it was destroyed.
            _cache.Remove(destroyed);
        }
    }

    /// <summary>
    /// Puts the right identifier in a wrong one's place: the surrogate, and what is sealed under its key, stand for the right one from then
    /// on, in every table and copy. The wrong one is forgotten.
    /// </summary>
    /// <param name="wrong">The wrong one.</param>
    /// <param name="right">The right one, of the same domain.</param>
    /// <param name="plain">The right one as it came.</param>
    /// <param name="cancellationToken">Stops before anything is changed.</param>
    /// <exception cref="VaultException">The row is not genuine.</exception>
    /// <exception cref="KeysUnavailableException">The keys may not be used at present.</exception>
    public async ValueTask<VaultReplacement> CorrectAsync(
        IdentifierKey wrong,
        IdentifierKey right,
        ReadOnlyMemory<byte> plain,
        CancellationToken cancellationToken
    )
    {
        if (!string.Equals(wrong.Domain, right.Domain, StringComparison.Ordinal))
        {
            throw new ArgumentException("An identifier is corrected within its domain.", nameof(right));
        }

        _keys.CheckUsable();
        if (await _vault.FindAsync([wrong], cancellationToken) is not [var row])
        {
            return VaultReplacement.Missing;
        }

        var wrapped = _keys.RewrapSubjectKey(wrong, right, row.Surrogate, row.WrappedKey) ?? throw NotGenuine(row.Key);
        var successor = new VaultRow(
            right,
            row.Surrogate,
            wrapped,
            Unwrap(row).Seal(IdentifierContext(right), plain.Span)
        );
        ulong[] forgotten = [wrong.Index.High];
        try
        {
            return await _vault.ReplaceAsync(wrong, successor, cancellationToken);
        }
        finally
        {
            // A reader may have fetched the row just before.
            _cache.Remove(forgotten);
        }
    }

    /// <summary>
    /// The plain identifiers that surrogates of a domain stand for, as they came; those of other domains are absent. For
    /// <see cref="Revealing.Reveal"/> alone, which writes each answer to the audit.
    /// </summary>
    /// <exception cref="VaultException">A row is not genuine.</exception>
    internal async ValueTask<IReadOnlyDictionary<Guid, byte[]>> RevealAsync(
        string domain,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    )
    {
        var revealed = new Dictionary<Guid, byte[]>();
        foreach (var row in await FindRowsAsync(domain, surrogates, cancellationToken))
        {
            revealed[row.Surrogate] = Unwrap(row)
                .TryOpen(IdentifierContext(row.Key), row.SealedIdentifier, out var plain)
                ? plain
                : throw NotGenuine(row.Key);
        }

        return revealed;
    }

    /// <summary>
    /// The plain identifiers of a domain's surrogates, as they came, for the tombstones that an erasure writes before it destroys the rows.
    /// Nobody may see them but the log that holds them already; whoever calls this says so in the ledger.
    /// </summary>
    /// <exception cref="VaultException">A row is not genuine.</exception>
    /// <exception cref="KeysUnavailableException">The keys may not be used at present.</exception>
    public ValueTask<IReadOnlyDictionary<Guid, byte[]>> OpenForErasureAsync(
        string domain,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    )
    {
        _keys.CheckUsable();
        return RevealAsync(domain, surrogates, cancellationToken);
    }

    /// <summary>The subject keys of a domain's surrogates; those without a row, or of other domains, are absent.</summary>
    /// <exception cref="VaultException">A row is not genuine.</exception>
    internal async ValueTask<IReadOnlyDictionary<Guid, SubjectKey>> FindSubjectKeysAsync(
        string domain,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    )
    {
        var rows = await FindRowsAsync(domain, surrogates, cancellationToken);
        return rows.ToDictionary(row => row.Surrogate, Unwrap);
    }

    private async ValueTask<IEnumerable<VaultRow>> FindRowsAsync(
        string domain,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    )
    {
        var rows = await _vault.FindBySurrogateAsync(surrogates, cancellationToken);
        return rows.Where(row => string.Equals(row.Key.Domain, domain, StringComparison.Ordinal));
    }

    private static SealContext IdentifierContext(IdentifierKey key) => new(key.Domain, SealContext.IdentifierCategory);

    private static VaultException NotGenuine(IdentifierKey key) =>
        new(
            $"The vault row {key.Domain}/{key.Index} does not belong to the keyset in use. Restore the keyset, or the vault, that belong together."
        );

    // Whether it found all.
    private bool TakeFromMemory(IReadOnlyList<IdentifierColumn> columns, long now)
    {
        var all = true;
        for (var index = 0; index < columns.Count; index++)
        {
            all &= TakeFromMemory(columns[index], now);
        }

        return all;
    }

    private bool TakeFromMemory(IdentifierColumn column, long now)
    {
        var surrogates = _cache.Surrogates;
        var domain = _cache.NumberOf(column.Domain);
        var all = true;
        for (var index = 0; index < Math.Min(Ahead, column.Count); index++)
        {
            surrogates.Prefetch(column.IndexOf(index));
        }

        for (var index = 0; index < column.Count; index++)
        {
            if (index + Ahead < column.Count)
            {
                surrogates.Prefetch(column.IndexOf(index + Ahead));
            }

            if (!column.IsWanted(index))
            {
                continue;
            }

            SubjectKey? subjectKey = null;
            if (
                surrogates.TryGet(domain, column.IndexOf(index), now, out var surrogate)
                && (
                    !column.NeedsSubjectKeys
                    || _cache.SubjectKeys.TryGet(domain, column.IndexOf(index), now, out subjectKey)
                )
            )
            {
                column.Set(index, surrogate, subjectKey);
            }
            else
            {
                all = false;
            }
        }

        return all;
    }

    private async Task ResolveRestAsync(IReadOnlyList<IdentifierColumn> columns, CancellationToken cancellationToken)
    {
        var current = await _destructions.EnsureCurrentAsync(cancellationToken);
        var look = new Look(_cache.Now, _cache.Epoch);
        if (current && TakeFromMemory(columns, look.Now))
        {
            return;
        }

        var wanted = new Dictionary<IdentifierKey, Wanted>();
        foreach (var column in columns)
        {
            for (var index = 0; index < column.Count; index++)
            {
                if (column.IsWanted(index))
                {
                    var key = column.KeyOf(index);
                    var needsKey =
                        column.NeedsSubjectKeys || (wanted.TryGetValue(key, out var known) && known.NeedsKey);
                    wanted[key] = new Wanted(column, index, default, needsKey);
                }
            }
        }

        var fetched = await FetchAsync(wanted, look, cancellationToken);
        foreach (var column in columns)
        {
            for (var index = 0; index < column.Count; index++)
            {
                if (column.IsWanted(index))
                {
                    var (surrogate, subjectKey) = fetched[column.KeyOf(index)];
                    column.Set(index, surrogate, subjectKey);
                }
            }
        }
    }

    // All that is wanted: what has a row, and what gets one.
    private async ValueTask<Dictionary<IdentifierKey, Known>> FetchAsync(
        Dictionary<IdentifierKey, Wanted> wanted,
        Look look,
        CancellationToken cancellationToken
    )
    {
        var fetched = new Dictionary<IdentifierKey, Known>(wanted.Count);
        if (wanted.Count == 0)
        {
            return fetched;
        }

        // Most are in the vault already: making a row costs a key, and is done for the others alone.
        foreach (var row in await _vault.FindAsync(wanted.Keys, cancellationToken))
        {
            fetched[row.Key] = Keep(row, wanted[row.Key].NeedsKey, look);
        }

        if (fetched.Count < wanted.Count)
        {
            var candidates = wanted
                .Where(one => !fetched.ContainsKey(one.Key))
                .Select(one => NewRow(one.Key, one.Value.Plain))
                .ToArray();
            foreach (var row in await _vault.GetOrAddAsync(candidates, cancellationToken))
            {
                fetched[row.Key] = Keep(row, wanted[row.Key].NeedsKey, look);
            }
        }

        _destructions.Keep();
        return fetched;
    }

    private VaultRow NewRow(IdentifierKey key, ReadOnlySpan<byte> plain)
    {
        var surrogate = RandomUuid.Create();
        var (subjectKey, wrapped) = _keys.CreateSubjectKey(key, surrogate);
        return new VaultRow(key, surrogate, wrapped, subjectKey.Seal(IdentifierContext(key), plain));
    }

    // A row is checked whole whenever it comes from the vault, also where its surrogate alone is wanted: that is a small part of
    // what fetching it costs, and a surrogate from elsewhere would let an erasure reach the wrong person. The key is made ready
    // only where it is used.
    private Known Keep(VaultRow row, bool needsKey, Look look)
    {
        var subjectKey = needsKey ? Unwrap(row) : null;
        if (subjectKey is null && !_keys.IsGenuine(row.Key, row.Surrogate, row.WrappedKey))
        {
            throw NotGenuine(row.Key);
        }

        _cache.Add(row.Key, row.Surrogate, subjectKey, look.Now, look.Epoch);
        return new Known(row.Surrogate, subjectKey);
    }

    private SubjectKey Unwrap(VaultRow row) =>
        _keys.UnwrapSubjectKey(row.Key, row.Surrogate, row.WrappedKey) ?? throw NotGenuine(row.Key);

    // When the vault was asked, and after which removal.
    private readonly record struct Look(long Now, long Epoch);

    private readonly record struct Known(Guid Surrogate, SubjectKey? SubjectKey);

    private readonly struct Wanted(IdentifierColumn? column, int index, ReadOnlyMemory<byte> plain, bool NeedsKey)
    {
        public bool NeedsKey { get; } = NeedsKey;

        public ReadOnlySpan<byte> Plain => column is null ? plain.Span : column.Values.Plain(index);
    }
}
