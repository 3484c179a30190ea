using Governance.Masking.Columns;
using Governance.Masking.Keys;
using Governance.Masking.Methods.Normalization;

namespace Governance.Masking.Vault;

/// <summary>
/// Turns identifiers into surrogates and subject keys: normalizes, blind-indexes, asks the vault in batches, and keeps rows in
/// memory for a time. The one way to the vault. Safe for concurrent callers.
/// </summary>
public sealed class Identifiers
{
    private readonly TenantKeys _keys;
    private readonly IVault _vault;
    private readonly IdentifierCache _cache;

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
    }

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
        for (var index = 0; index < column.Count; index++)
        {
            if (TryGetKey(column.Domain, column.Values.Plain(index), out var key))
            {
                column.SetIndex(index, key.Index);
            }
            else
            {
                column.SetInvalid(index);
            }
        }
    }

    /// <summary>
    /// Gives the identifiers of columns that were indexed their surrogates and subject keys, in one round trip to the vault for all
    /// that are not in memory; done at once where all are. An identifier without a row gets one, unless it was excluded.
    /// </summary>
    /// <exception cref="VaultException">A row is not genuine.</exception>
    public async ValueTask ResolveAsync(
        IReadOnlyList<IdentifierColumn> columns,
        CancellationToken cancellationToken
    )
    {
        var wanted = new Dictionary<IdentifierKey, ReadOnlyMemory<byte>>();
        foreach (var column in columns)
        {
            for (var index = 0; index < column.Count; index++)
            {
                if (column.IsWanted(index))
                {
                    _ = wanted.TryAdd(column.KeyOf(index), column.Values.Plain(index).ToArray());
                }
            }
        }

        var resolved = new Dictionary<IdentifierKey, ResolvedIdentifier>(wanted.Count);
        await ResolveAsync(wanted, resolved, cancellationToken);
        foreach (var column in columns)
        {
            for (var index = 0; index < column.Count; index++)
            {
                if (column.IsWanted(index) && resolved.TryGetValue(column.KeyOf(index), out var found))
                {
                    column.Set(index, found.Surrogate, found.Key);
                }
            }
        }
    }

    /// <summary>
    /// Gives each identifier its surrogate and subject key, in one round trip to the vault for all that are not in memory. An
    /// identifier without a row gets one.
    /// </summary>
    /// <param name="plain">The identifiers as they came, by what <see cref="TryGetKey(string, ReadOnlySpan{byte}, out IdentifierKey)"/> gave.</param>
    /// <param name="into">Receives an entry for each.</param>
    /// <param name="cancellationToken">Stops before anything is stored.</param>
    /// <exception cref="VaultException">A row is not genuine.</exception>
    public async ValueTask ResolveAsync(
        IReadOnlyDictionary<IdentifierKey, ReadOnlyMemory<byte>> plain,
        IDictionary<IdentifierKey, ResolvedIdentifier> into,
        CancellationToken cancellationToken
    )
    {
        var epoch = _cache.Epoch;
        List<IdentifierKey>? unknown = null;
        foreach (var key in plain.Keys)
        {
            if (_cache.TryGet(key, out var resolved))
            {
                into[key] = resolved;
            }
            else
            {
                (unknown ??= []).Add(key);
            }
        }

        if (unknown is null)
        {
            return;
        }

        // Most are in the vault already: making a row costs a key, and is done for the others alone.
        foreach (var row in await _vault.FindAsync(unknown, cancellationToken))
        {
            into[row.Key] = Keep(row, epoch);
        }

        var candidates = unknown
            .Where(key => !into.ContainsKey(key))
            .Select(key => NewRow(key, plain[key].Span))
            .ToArray();
        if (candidates.Length == 0)
        {
            return;
        }

        foreach (var row in await _vault.GetOrAddAsync(candidates, cancellationToken))
        {
            into[row.Key] = Keep(row, epoch);
        }
    }

    /// <summary>Finds identifiers that have rows; nothing is made. Not served from memory: what is found, stands.</summary>
    public async ValueTask<IReadOnlyDictionary<IdentifierKey, ResolvedIdentifier>> FindAsync(
        IReadOnlyCollection<IdentifierKey> keys,
        CancellationToken cancellationToken
    )
    {
        var rows = await _vault.FindAsync(keys, cancellationToken);
        return rows.ToDictionary(row => row.Key, Open);
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
        _cache.Remove(keys);
        try
        {
            return await _vault.DestroyAsync(keys, cancellationToken);
        }
        finally
        {
            // A reader may have fetched a row just before it was destroyed.
            _cache.Remove(keys);
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
            revealed[row.Surrogate] = Open(row)
                .Key.TryOpen(IdentifierContext(row.Key), row.SealedIdentifier, out var plain)
                ? plain
                : throw NotGenuine(row.Key);
        }

        return revealed;
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
        return rows.ToDictionary(row => row.Surrogate, row => Open(row).Key);
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

    private VaultRow NewRow(IdentifierKey key, ReadOnlySpan<byte> plain)
    {
        var (subjectKey, wrapped) = _keys.CreateSubjectKey(key);
        return new VaultRow(key, RandomUuid.Create(), wrapped, subjectKey.Seal(IdentifierContext(key), plain));
    }

    private ResolvedIdentifier Keep(VaultRow row, long epoch)
    {
        var resolved = Open(row);
        _cache.Add(row.Key, resolved, epoch);
        return resolved;
    }

    private ResolvedIdentifier Open(VaultRow row) =>
        _keys.UnwrapSubjectKey(row.Key, row.WrappedKey) is { } key
            ? new ResolvedIdentifier(row.Surrogate, key)
            : throw NotGenuine(row.Key);
}
