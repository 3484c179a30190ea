using System.Collections.Immutable;
using System.Globalization;

namespace Governance.Masking.Keys;

/// <summary>
/// Rotates a tenant's keyset: a key is added (it reads), promoted (it writes), retired (it does neither, and can be restored) and at
/// last destroyed. Safe for concurrent callers, in this process and in others of the same folder: each act takes the folder's lock,
/// reads the keyset anew, and replaces its file whole.
/// </summary>
/// <remarks>
/// A key is promoted only when every process that holds the folder's keyset has read it, and retired only when each has read that
/// another one writes: <see cref="KeysetReaders"/> knows them. The keyset of blind indexes never rotates.
/// </remarks>
/// <param name="folder">Holds the keysets.</param>
/// <param name="kek">Wraps them.</param>
/// <param name="uses">What keys may still be needed for.</param>
/// <param name="time">Says when an act was done.</param>
/// <param name="faults">Points between the steps; for tests.</param>
/// <param name="tenant">Whose keys they are.</param>
public sealed class KeyRotation(
    string folder,
    IKeyEncryptionKey kek,
    IEnumerable<IKeyUse> uses,
    TimeProvider time,
    IFaultPoints? faults = null,
    string tenant = "default"
)
{
    /// <summary>How long a key stays retired, and can be restored, before it may be destroyed.</summary>
    public static readonly TimeSpan DestructionDelay = TimeSpan.FromDays(7);

    private readonly KeysetFiles _files = new(folder, kek, tenant);
    private readonly KeyTimes _times = new(folder);
    private readonly IReadOnlyList<IKeyUse> _uses = [.. uses];
    private readonly IFaultPoints _faults = faults ?? NoFaultPoints.Instance;

    /// <summary>All keys, in the order they were added, and what each is needed for.</summary>
    /// <exception cref="KeyMaterialException">There is no keyset, or it cannot be used.</exception>
    public async Task<IReadOnlyList<KeyInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var (_, keyset) = await _files.ReadAsync(KeysetFiles.Name, cancellationToken);
        var times = _times.Read();
        var counts = await CountAsync(keyset, cancellationToken);
        return [.. keyset.Keys.Select(key => Info(keyset, key, times, counts))];
    }

    /// <summary>Adds a random key, which reads and does not write yet.</summary>
    public Task<KeyInfo> AddAsync(KeyAct act, CancellationToken cancellationToken) =>
        ChangeAsync(
            act,
            (version, _) =>
            {
                var added = version.Keyset.Add(TinkKeyType.AesSiv);
                return Task.FromResult(
                    new Change(added, added.Keys[^1].Id, times => times.Added(added.Keys[^1].Id, Now))
                );
            },
            cancellationToken
        );

    /// <summary>Lets a key write in place of the one before, which goes on reading.</summary>
    /// <exception cref="KeyRotationException">A running process could not read it yet; or there is no such key, or it was retired.</exception>
    public Task<KeyInfo> PromoteAsync(uint keyId, KeyAct act, CancellationToken cancellationToken) =>
        ChangeAsync(
            act,
            (version, _) =>
            {
                var key = Find(version.Keyset, keyId);
                if (!key.Enabled)
                {
                    throw new KeyRotationException(
                        KeyRefusal.IsRetired,
                        $"The key {keyId} is retired.",
                        "Restore it first, or add a new one."
                    );
                }

                if (keyId == version.Keyset.PrimaryKeyId)
                {
                    return Task.FromResult(Change.None(version.Keyset, keyId));
                }

                CheckReaders(version, act, "be promoted");
                return Task.FromResult(
                    new Change(version.Keyset.Promote(keyId), keyId, times => times.Promoted(keyId, Now))
                );
            },
            cancellationToken
        );

    /// <summary>
    /// Puts a key out of use; it stays in the keyset, and <see cref="RestoreAsync"/> takes that back. What it encrypted and is still
    /// kept cannot be read meanwhile: vault rows and quarantined events are counted, tokens in tables are not.
    /// </summary>
    /// <exception cref="KeyRotationException">It writes, or something still needs it; or there is no such key.</exception>
    public Task<KeyInfo> RetireAsync(uint keyId, KeyAct act, CancellationToken cancellationToken) =>
        ChangeAsync(
            act,
            async (version, token) =>
            {
                var key = Find(version.Keyset, keyId);
                if (keyId == version.Keyset.PrimaryKeyId)
                {
                    throw new KeyRotationException(
                        KeyRefusal.IsPrimary,
                        $"The key {keyId} is the primary: it writes.",
                        "Promote another key first."
                    );
                }

                if (!key.Enabled)
                {
                    return Change.None(version.Keyset, keyId);
                }

                // Whoever still writes with it would write what nobody can read.
                CheckReaders(version, act, "be retired");
                await CheckUsesAsync(version.Keyset, keyId, act, token);
                return new Change(
                    version.Keyset.Disable(keyId),
                    keyId,
                    times => times.Retired(keyId, Now),
                    // A batch that was under way may have written with it between the count and the change.
                    after => CheckUsesAsync(version.Keyset, keyId, act, after)
                );
            },
            cancellationToken
        );

    /// <summary>Lets a retired key read again.</summary>
    /// <exception cref="KeyRotationException">There is no such key.</exception>
    public Task<KeyInfo> RestoreAsync(uint keyId, KeyAct act, CancellationToken cancellationToken) =>
        ChangeAsync(
            act,
            (version, _) =>
                Task.FromResult(
                    Find(version.Keyset, keyId).Enabled
                        ? Change.None(version.Keyset, keyId)
                        : new Change(version.Keyset.Enable(keyId), keyId, times => times.Restored(keyId))
                ),
            cancellationToken
        );

    /// <summary>Removes a retired key for good. What it encrypted can never be read again, unless a backup holds the keyset.</summary>
    /// <exception cref="KeyRotationException">
    /// It is not retired, or not for <see cref="DestructionDelay"/> yet, or something needs it; or there is no such key.
    /// </exception>
    public Task<KeyInfo> DestroyAsync(uint keyId, KeyAct act, CancellationToken cancellationToken) =>
        ChangeAsync(
            act,
            async (version, token) =>
            {
                if (Find(version.Keyset, keyId).Enabled)
                {
                    throw new KeyRotationException(
                        KeyRefusal.NotRetired,
                        $"The key {keyId} is in use.",
                        "Retire it first, and destroy it when nothing has missed it."
                    );
                }

                await CheckUsesAsync(version.Keyset, keyId, act, token);
                var retired = _times.Read().Find(keyId).RetiredAt ?? DateTimeOffset.MaxValue;
                if (!act.Force && (retired == DateTimeOffset.MaxValue || retired + DestructionDelay > Now))
                {
                    throw new KeyRotationException(
                        KeyRefusal.TooEarly,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"The key {keyId} is not retired for {DestructionDelay.TotalDays:0} days yet."
                        ),
                        "Wait, so that whatever misses it is seen; with force it is destroyed now."
                    );
                }

                return new Change(version.Keyset.Retire(keyId), keyId, _ => { });
            },
            cancellationToken
        );

    /// <summary>Adds the keys of another keyset in one of Tink's clear forms; they read and do not write.</summary>
    /// <param name="keyset">A Tink keyset, as JSON or binary.</param>
    /// <param name="act">Who acts.</param>
    /// <param name="cancellationToken">Stops before anything is changed.</param>
    /// <returns>The keys that were added.</returns>
    /// <exception cref="KeyMaterialException">It is no keyset, or holds keys of another kind than AES-SIV.</exception>
    /// <exception cref="KeyRotationException">An id is taken.</exception>
    public async Task<IReadOnlyList<KeyInfo>> ImportAsync(
        ReadOnlyMemory<byte> keyset,
        KeyAct act,
        CancellationToken cancellationToken
    )
    {
        var imported = TinkKeyset.FromJsonOrBinary(keyset.Span);
        if (imported.Keys.Any(key => key.Type != TinkKeyType.AesSiv))
        {
            throw new KeyMaterialException("The keyset holds keys of another type than AES-SIV. Import another one.");
        }

        _ = await ChangeAsync(
            act,
            (version, _) =>
            {
                if (imported.Keys.FirstOrDefault(key => version.Keyset.Keys.Any(own => own.Id == key.Id)) is { } taken)
                {
                    throw new KeyRotationException(
                        KeyRefusal.IdTaken,
                        $"The keyset has a key {taken.Id} already; nothing was imported.",
                        "An id names one key for ever: leave it out, or make the other keyset anew."
                    );
                }

                return Task.FromResult(
                    new Change(
                        version.Keyset with
                        {
                            Keys = [.. version.Keyset.Keys, .. imported.Keys],
                        },
                        imported.Keys[0].Id,
                        times =>
                        {
                            foreach (var key in imported.Keys)
                            {
                                times.Added(key.Id, Now);
                            }
                        }
                    )
                );
            },
            cancellationToken
        );
        var all = await ListAsync(cancellationToken);
        return [.. all.Where(key => imported.Keys.Any(other => other.Id == key.Id))];
    }

    /// <summary>The keyset in one of Tink's clear forms. Whoever reads it can turn everything back that the keys made.</summary>
    /// <param name="form">Which form.</param>
    /// <param name="domain">Only what turns this domain's tokens back, as BigQuery wants it; or all.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<byte[]> ExportAsync(KeysetForm form, string? domain, CancellationToken cancellationToken)
    {
        var (_, keyset) = await _files.ReadAsync(KeysetFiles.Name, cancellationToken);
        var exported = domain is null ? keyset : new KeyGeneration(1, tenant, keyset).DeriveTokenKeys(domain);
        return form == KeysetForm.Binary ? exported.ToBinary() : System.Text.Encoding.UTF8.GetBytes(exported.ToJson());
    }

    /// <summary>
    /// Wraps both keysets anew, under whatever the key encryption key wraps with now. Running processes need not be told: what is
    /// wrapped stays the same.
    /// </summary>
    public async Task RewrapKeysetsAsync(KeyAct act, CancellationToken cancellationToken)
    {
        using var held = await KeysFolderLock.AcquireAsync(folder, cancellationToken);
        var keysets = new List<(string Name, TinkKeyset Keyset)>();
        foreach (var name in new[] { KeysetFiles.IndexName, KeysetFiles.Name })
        {
            // Both are read before the first is written: a keyset that cannot be opened stops it all.
            keysets.Add((name, (await _files.ReadAsync(name, cancellationToken)).Keyset));
        }

        await act.RecordAsync(null, cancellationToken);
        foreach (var (name, keyset) in keysets)
        {
            await _files.WriteAsync(name, keyset, cancellationToken);
            _faults.Reached("keys.rewrapped");
        }
    }

    /// <summary>
    /// By its file, the version of the key encryption key that wrapped each keyset; <see langword="null"/> where that is not known, as with a
    /// key that has no versions.
    /// </summary>
    public IReadOnlyDictionary<string, string?> ReadWrappings() =>
        new SortedDictionary<string, string?>(StringComparer.Ordinal)
        {
            [KeysetFiles.Name] = _files.WrappedBy(KeysetFiles.Name),
            [KeysetFiles.IndexName] = _files.WrappedBy(KeysetFiles.IndexName),
        };

    private DateTimeOffset Now => time.GetUtcNow();

    private async Task<KeyInfo> ChangeAsync(
        KeyAct act,
        Func<KeysetVersion, CancellationToken, Task<Change>> decide,
        CancellationToken cancellationToken
    )
    {
        using var held = await KeysFolderLock.AcquireAsync(folder, cancellationToken);
        var version = await _files.ReadAsync(KeysetFiles.Name, cancellationToken);
        var change = await decide(version, cancellationToken);
        if (change.Keyset != version.Keyset)
        {
            // First what tells of it: an entry for an act that a crash prevented is a lesser evil than an act without one.
            await act.RecordAsync(change.KeyId, cancellationToken);
            _times.Change(change.Note);
            _faults.Reached("keys.noted");
            await _files.WriteAsync(KeysetFiles.Name, change.Keyset, cancellationToken);
            _faults.Reached("keys.replaced");
            await ConfirmAsync(version.Keyset, change, cancellationToken);
        }

        var key =
            change.Keyset.Keys.FirstOrDefault(key => key.Id == change.KeyId)
            ?? version.Keyset.Keys.First(key => key.Id == change.KeyId);
        return Info(change.Keyset, key, _times.Read(), []);
    }

    private async Task ConfirmAsync(TinkKeyset before, Change change, CancellationToken cancellationToken)
    {
        if (change.Confirm is null)
        {
            return;
        }

        try
        {
            await change.Confirm(cancellationToken);
        }
        catch
        {
            await _files.WriteAsync(KeysetFiles.Name, before, CancellationToken.None);
            throw;
        }
    }

    private void CheckReaders(KeysetVersion version, KeyAct act, string what)
    {
        var late = KeysetReaders
            .List(folder)
            .Where(reader => !string.Equals(reader.Version, version.Version, StringComparison.Ordinal))
            .Select(reader => reader.ProcessId.ToString(CultureInfo.InvariantCulture))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (late.Length > 0 && !act.Force)
        {
            throw new KeyRotationException(
                KeyRefusal.NotReadEverywhere,
                $"The key cannot {what} yet: the newest keyset was not read by process {string.Join(", ", late)}.",
                "Try again in a few seconds; where a process never reads it, its readiness and its log say why."
            );
        }
    }

    private async Task CheckUsesAsync(TinkKeyset keyset, uint keyId, KeyAct act, CancellationToken cancellationToken)
    {
        if (act.Force)
        {
            return;
        }

        var counts = (await CountAsync(keyset, cancellationToken))
            .Where(count => count.Keys.GetValueOrDefault(keyId) > 0)
            .ToArray();
        if (counts.Length > 0)
        {
            var needs = string.Join(
                ", ",
                counts.Select(count =>
                    string.Create(CultureInfo.InvariantCulture, $"{count.Keys[keyId]} {count.Use.What}")
                )
            );
            throw new KeyRotationException(
                KeyRefusal.StillNeeded,
                $"The key {keyId} is still needed; without it these cannot be read: {needs}.",
                string.Join(" ", counts.Select(count => count.Use.Remedy).Distinct(StringComparer.Ordinal))
            );
        }
    }

    private async Task<IReadOnlyList<(IKeyUse Use, IReadOnlyDictionary<uint, long> Keys)>> CountAsync(
        TinkKeyset keyset,
        CancellationToken cancellationToken
    )
    {
        uint[] enabled = [.. keyset.Keys.Where(key => key.Enabled).Select(key => key.Id)];
        var counts = new List<(IKeyUse, IReadOnlyDictionary<uint, long>)>();
        foreach (var use in _uses)
        {
            counts.Add((use, await use.CountAsync(enabled, cancellationToken)));
        }

        return counts;
    }

    private static TinkKey Find(TinkKeyset keyset, uint keyId) =>
        keyset.Keys.FirstOrDefault(key => key.Id == keyId)
        ?? throw new KeyRotationException(
            KeyRefusal.UnknownKey,
            $"No key has the id {keyId}.",
            "List the keys, and choose one of them."
        );

    private static KeyInfo Info(
        TinkKeyset keyset,
        TinkKey key,
        KeyTimes.Notes times,
        IReadOnlyList<(IKeyUse Use, IReadOnlyDictionary<uint, long> Keys)> counts
    )
    {
        var note = times.Find(key.Id);
        var state =
            keyset.Keys.All(other => other.Id != key.Id) ? KeyState.Destroyed
            : !key.Enabled ? KeyState.Retired
            : key.Id == keyset.PrimaryKeyId ? KeyState.Primary
            : KeyState.Reads;
        return new KeyInfo(
            key.Id,
            state,
            note.AddedAt,
            note.PromotedAt,
            state == KeyState.Retired ? note.RetiredAt : null,
            [.. counts.Select(count => new KeyUseCount(count.Use.What, count.Keys.GetValueOrDefault(key.Id)))]
        );
    }

    /// <summary>What an act makes of the keyset.</summary>
    /// <param name="Keyset">The keyset afterwards.</param>
    /// <param name="KeyId">The key that it is about.</param>
    /// <param name="Note">Notes when.</param>
    /// <param name="Confirm">Throws where it has to be taken back.</param>
    private sealed record Change(
        TinkKeyset Keyset,
        uint KeyId,
        Action<KeyTimes.Notes> Note,
        Func<CancellationToken, Task>? Confirm = null
    )
    {
        public static Change None(TinkKeyset keyset, uint keyId) => new(keyset, keyId, _ => { });
    }
}
