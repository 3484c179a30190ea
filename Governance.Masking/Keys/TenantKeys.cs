using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Governance.Masking.Vault;

namespace Governance.Masking.Keys;

/// <summary>
/// The key hierarchy of one tenant. A key encryption key wraps two keysets; HKDF-SHA-256 derives from them a key for every
/// purpose and domain. Safe for concurrent callers.
/// </summary>
/// <remarks>
/// <see cref="ReloadAsync"/> takes over a keyset that was rotated meanwhile, whole and at once. What was made of the one before
/// (a plan's maskers, <see cref="DomainTokens"/>) goes on under its keys: whoever keeps such a thing for long keeps
/// <see cref="Generation"/> beside it, and makes it anew when that has changed. While these keys are loaded from a folder, the
/// folder says so (<see cref="KeysetReaders"/>), and no key is promoted that they have not read.
/// <para/>
/// Two keysets, because they live differently: <c>keyset.json</c> rotates (reads pick by key id, so what older keys made stays
/// readable until they are retired), <c>index-keyset.json</c> never does, because a blind index under another key would find no
/// row, and surrogates must survive every rotation.
/// </remarks>
public sealed partial class TenantKeys : IDisposable
{
    private const int RowContextLength = BlindIndex.Size + 16;

    private readonly TinkKeyset _indexKeyset;
    private readonly ConcurrentDictionary<string, CmacKey> _indexes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _subjectContexts = new(StringComparer.Ordinal);
    private readonly KeysetWatch? _watch;
    private readonly KeysetVersion? _indexVersion;
    private readonly KeyLease? _lease;
    private volatile KeyGeneration _current;

    private TenantKeys(string tenant, TinkKeyset keyset, TinkKeyset indexKeyset)
    {
        Tenant = tenant;
        _current = new KeyGeneration(1, tenant, keyset);
        _indexKeyset = indexKeyset;
    }

    private TenantKeys(string tenant, TinkKeyset keyset, KeysetVersion index, KeysetWatch watch, KeyLease? lease)
        : this(tenant, keyset, index.Keyset)
    {
        _indexVersion = index;
        _watch = watch;
        _lease = lease;
    }

    /// <summary>The tenant's name.</summary>
    public string Tenant { get; }

    /// <summary>The key that new tokens, wrapped keys and quarantined events name.</summary>
    public uint PrimaryKeyId => _current.Keyset.PrimaryKeyId;

    /// <summary>Counted from 1; one more with each keyset that <see cref="ReloadAsync"/> took over.</summary>
    public int Generation => _current.Number;

    /// <summary>Why the newest <c>keyset.json</c> is refused, or <see langword="null"/> where it is in force.</summary>
    public string? ReloadFault => _watch?.Fault;

    /// <summary>How long the keys may still be used; <see langword="null"/> where that has no end.</summary>
    public KeyLifeState? Life => _lease?.State;

    /// <summary>The version of the key encryption key that wrapped <c>keyset.json</c>; <see langword="null"/> where that is not known.</summary>
    public string? WrappedBy => _watch?.WrappedBy;

    /// <summary>Loads a tenant's keysets; makes them with new random keys where there are none.</summary>
    /// <param name="folder">Holds <c>keyset.json</c> and <c>index-keyset.json</c>; made with mode 0700 where there is none.</param>
    /// <param name="kek">Wraps both, with the tenant as associated data (the index keyset: <c>{tenant}/index/2</c>).</param>
    /// <param name="tenant">Lower-case letters, digits and hyphens; at most 63.</param>
    /// <param name="life">
    /// How long they may be used without the key encryption key's word; <see langword="null"/>: for ever, which suits a key in a file. Whoever
    /// gives one calls <see cref="ConfirmAsync"/> every few seconds.
    /// </param>
    /// <param name="cancellationToken">Stops waiting for the key encryption key.</param>
    /// <exception cref="KeyMaterialException">A keyset is malformed, readable by others, or of another key or tenant.</exception>
    /// <exception cref="KeysUnavailableException">The service that keeps the key encryption key is away: nothing can be opened.</exception>
    public static async Task<TenantKeys> LoadOrCreateAsync(
        string folder,
        IKeyEncryptionKey kek,
        string tenant = "default",
        KeyLife? life = null,
        CancellationToken cancellationToken = default
    )
    {
        CheckTenant(tenant);
        SecretFile.CreateFolder(folder);

        // The index keyset first: without the other, nothing can have been written under it. Each is opened once: the key encryption
        // key may be far away.
        var lease = life is null ? null : new KeyLease(life);
        var files = new KeysetFiles(folder, kek, tenant);
        await files.EnsureAsync(KeysetFiles.IndexName, cancellationToken);
        var index = await files.ReadAsync(KeysetFiles.IndexName, cancellationToken);
        await files.EnsureAsync(KeysetFiles.Name, cancellationToken);
        var (keyset, watch) = await KeysetWatch.StartAsync(files, cancellationToken);
        return new TenantKeys(tenant, keyset, index, watch, lease);
    }

    /// <summary>
    /// Asks the key encryption key once more whether the keys may be used, where their <see cref="KeyLife"/> says that it is time. What it says is
    /// told by <see cref="Life"/>: it is no error of this call. Costs nothing between times; meant to be called every few seconds.
    /// </summary>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (_lease is not { IsDue: true })
        {
            return;
        }

        using var turn = await _watch!.EnterAsync(cancellationToken);
        if (!_lease.IsDue)
        {
            return;
        }

        var asked = _lease.Now;
        try
        {
            await _watch.ConfirmAsync(_indexVersion!, cancellationToken);
            _lease.Confirm(asked);
        }
        catch (KeyMaterialException exception) when (exception.IsWithdrawn)
        {
            _lease.Withdraw(exception.Message);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Messages of others may say anything; ours say what to do.
            _lease.Miss(exception is StartupException ? exception.Message : exception.GetType().Name);
        }
    }

    /// <summary>Checks that the keys may be used. Whoever masks or reveals with them does it for each batch or call.</summary>
    /// <exception cref="KeysUnavailableException">They may not, until the key encryption key confirms them again.</exception>
    public void CheckUsable() => _lease?.Check();

    /// <summary>
    /// Takes over the keyset as its file holds it now, where it changed since. It is read and checked whole before anything of it is
    /// used. Costs the reading of a small file where nothing changed; meant to be called every few seconds.
    /// </summary>
    /// <returns>Whether another keyset is in force now, in this process.</returns>
    /// <exception cref="KeyMaterialException">
    /// The new version is malformed, not genuine, or of another kind of key. The one before stays in force, and
    /// <see cref="ReloadFault"/> says why.
    /// </exception>
    public async Task<bool> ReloadAsync(CancellationToken cancellationToken)
    {
        if (_watch is null)
        {
            return false;
        }

        using var turn = await _watch.EnterAsync(cancellationToken);
        if (await _watch.ReadChangedAsync(cancellationToken) is not { } change)
        {
            return false;
        }

        // No key of the generation before is cleared: a batch may be masking with it at this moment.
        var before = _current;
        var isOther = !change.Keyset.IsSame(before.Keyset);
        if (isOther)
        {
            _current = new KeyGeneration(before.Number + 1, Tenant, change.Keyset);
        }

        // Only now: whoever hears of it may promote a key at once.
        _watch.Accept(change);
        return isOther;
    }

    /// <summary>New random keys that are stored nowhere: what they mask can never be turned back. For tests and trials.</summary>
    public static TenantKeys CreateEphemeral(string tenant = "default")
    {
        CheckTenant(tenant);
        return new TenantKeys(tenant, TinkKeyset.Generate(TinkKeyType.AesSiv), TinkKeyset.Generate(TinkKeyType.AesSiv));
    }

    /// <summary>The tokens of a domain.</summary>
    public DomainTokens Tokens(string domain) => _current.Tokens(domain);

    /// <summary>
    /// A domain's derived token keys as a Tink cleartext JSON keyset, for BigQuery's <c>KEYS.KEYSET_FROM_JSON</c>. Whoever reads
    /// it can turn this domain's tokens back, and no other's.
    /// </summary>
    public BigQueryKeyset ExportForBigQuery(string domain)
    {
        CheckUsable();
        var current = _current;
        return new BigQueryKeyset(current.DeriveTokenKeys(domain).ToJson(), current.Tokens(domain).AssociatedData);
    }

    /// <summary>Seals a whole event for quarantine, bound to where it came from.</summary>
    /// <param name="plain">What is sealed.</param>
    /// <param name="topic">Its topic.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="version">How the plain bytes are laid out: 1 is the event's value alone. See <see cref="Kafka.QuarantineSeal"/>.</param>
    public byte[] SealQuarantine(ReadOnlySpan<byte> plain, string topic, int partition, long offset, int version = 1)
    {
        CheckUsable();
        return Ring(KeyDerivation.Quarantine, "").Encrypt(QuarantineContext(topic, partition, offset, version), plain);
    }

    /// <summary>Opens what <see cref="SealQuarantine"/> sealed.</summary>
    /// <returns><see langword="false"/> where it is not genuine, came from elsewhere, or was sealed with another version.</returns>
    public bool TryOpenQuarantine(
        ReadOnlySpan<byte> sealedEvent,
        string topic,
        int partition,
        long offset,
        out byte[] plain,
        int version = 1
    )
    {
        CheckUsable();
        return TryDecrypt(
            Ring(KeyDerivation.Quarantine, ""),
            QuarantineContext(topic, partition, offset, version),
            sealedEvent,
            out plain
        );
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _watch?.Dispose();
        _current.Dispose();
        foreach (var key in _indexes.Values)
        {
            key.Dispose();
        }

        foreach (var key in _indexKeyset.Keys)
        {
            CryptographicOperations.ZeroMemory(key.Material);
        }
    }

    /// <summary>The blind index of a normalized identifier.</summary>
    internal BlindIndex Index(string domain, ReadOnlySpan<byte> normalized) =>
        BlindIndex.Of(IndexKey(domain).Hash(normalized));

    /// <summary>The key of a domain's blind indexes: AES-256-CMAC.</summary>
    internal CmacKey IndexKey(string domain) =>
        _indexes.GetOrAdd(
            domain,
            static (domain, self) =>
            {
                var derived = KeyDerivation.Derive(
                    self._indexKeyset.Primary.Material,
                    32,
                    KeyDerivation.BlindIndex,
                    self.Tenant,
                    domain
                );
                try
                {
                    return new CmacKey(derived);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(derived);
                }
            },
            this
        );

    /// <summary>The digest key of a domain.</summary>
    internal HmacKey Digests(string domain) => _current.Digests(domain);

    /// <summary>
    /// The enabled key that was added first: what masked values that name no key are made under, so that a new primary changes none of
    /// them.
    /// </summary>
    internal uint OldestEnabledKeyId => _current.Keyset.Keys.First(key => key.Enabled).Id;

    /// <summary>
    /// The format-preserving cipher of a domain, under one key and for one radix; <see langword="null"/> where no enabled key has the
    /// id.
    /// </summary>
    internal Ff1? FormatKey(string domain, uint keyId, int radix) => _current.FormatKey(domain, keyId, radix);

    /// <summary>A new random subject key, and its wrapped form for the identifier's vault row.</summary>
    /// <param name="owner">What the row stands under.</param>
    /// <param name="surrogate">The row's surrogate.</param>
    internal (SubjectKey Key, byte[] Wrapped) CreateSubjectKey(IdentifierKey owner, Guid surrogate)
    {
        Span<byte> material = stackalloc byte[SubjectKey.Size];
        RandomNumberGenerator.Fill(material);
        try
        {
            return (new SubjectKey(material), Wrap(owner, surrogate, material));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>Unwraps a subject key.</summary>
    /// <returns>
    /// <see langword="null"/> where it is not genuine, of another identifier's row, or beside another surrogate than it was made with.
    /// </returns>
    internal SubjectKey? UnwrapSubjectKey(IdentifierKey owner, Guid surrogate, ReadOnlySpan<byte> wrapped)
    {
        Span<byte> material = stackalloc byte[SubjectKey.Size];
        try
        {
            return TryUnwrap(owner, surrogate, wrapped, material) ? new SubjectKey(material) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>
    /// Whether a row's index, surrogate and wrapped key belong together, without making the key ready for use, which costs more
    /// time and memory than the check.
    /// </summary>
    internal bool IsGenuine(IdentifierKey owner, Guid surrogate, ReadOnlySpan<byte> wrapped)
    {
        Span<byte> material = stackalloc byte[SubjectKey.Size];
        try
        {
            return TryUnwrap(owner, surrogate, wrapped, material);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>A wrapped subject key, wrapped by the primary.</summary>
    /// <returns><see langword="null"/> where it is not genuine, or of another identifier's row, or its key was retired.</returns>
    internal byte[]? RewrapSubjectKey(IdentifierKey owner, Guid surrogate, ReadOnlySpan<byte> wrapped)
    {
        Span<byte> material = stackalloc byte[SubjectKey.Size];
        try
        {
            return TryUnwrap(owner, surrogate, wrapped, material) ? Wrap(owner, surrogate, material) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>For tests of rotation: the same tenant with one more key, which is the primary.</summary>
    internal TenantKeys Rotated()
    {
        var added = _current.Keyset.Add(TinkKeyType.AesSiv);
        return new TenantKeys(Tenant, added.Promote(added.Keys[^1].Id), _indexKeyset);
    }

    private static bool TryDecrypt(
        KeyRing ring,
        ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> ciphertext,
        out byte[] plain
    )
    {
        plain = [];
        if (ciphertext.Length < KeyRing.Overhead)
        {
            return false;
        }

        var opened = new byte[ciphertext.Length - KeyRing.Overhead];
        if (!ring.TryDecrypt(associatedData, ciphertext, opened))
        {
            return false;
        }

        plain = opened;
        return true;
    }

    /// <summary>Whether a tenant can have this name.</summary>
    internal static bool IsTenantName(string tenant) => TenantName().IsMatch(tenant);

    private static void CheckTenant(string tenant)
    {
        if (!IsTenantName(tenant))
        {
            throw new ArgumentException(
                "A tenant's name has lower-case letters, digits and hyphens, at most 63.",
                nameof(tenant)
            );
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TenantName();

    private KeyRing Ring(string purpose, string domain) => _current.Ring(purpose, domain);

    private byte[] QuarantineContext(string topic, int partition, long offset, int version)
    {
        var names = LengthPrefixed.Encode(
            string.Create(CultureInfo.InvariantCulture, $"governance/quarantine/{version}"),
            Tenant,
            topic
        );
        var context = new byte[names.Length + sizeof(int) + sizeof(long)];
        names.CopyTo(context, 0);
        BinaryPrimitives.WriteInt32BigEndian(context.AsSpan(names.Length), partition);
        BinaryPrimitives.WriteInt64BigEndian(context.AsSpan(names.Length + sizeof(int)), offset);
        return context;
    }

    private byte[] Wrap(IdentifierKey owner, Guid surrogate, ReadOnlySpan<byte> material)
    {
        var prefix = SubjectContextOf(owner.Domain);
        Span<byte> context = stackalloc byte[prefix.Length + RowContextLength];
        WriteRowContext(prefix, owner.Index, surrogate, context);
        return Ring(KeyDerivation.SubjectKeyWrapping, owner.Domain).Encrypt(context, material);
    }

    private bool TryUnwrap(IdentifierKey owner, Guid surrogate, ReadOnlySpan<byte> wrapped, Span<byte> material)
    {
        if (wrapped.Length != SubjectKey.Size + KeyRing.Overhead)
        {
            return false;
        }

        var prefix = SubjectContextOf(owner.Domain);
        Span<byte> context = stackalloc byte[prefix.Length + RowContextLength];
        WriteRowContext(prefix, owner.Index, surrogate, context);
        return Ring(KeyDerivation.SubjectKeyWrapping, owner.Domain).TryDecrypt(context, wrapped, material);
    }

    private byte[] SubjectContextOf(string domain) =>
        _subjectContexts.GetOrAdd(
            domain,
            static (domain, self) => LengthPrefixed.Encode("governance/subject-key/2", self.Tenant, domain),
            this
        );

    // The surrogate too: exchanged between two rows, it would let an erasure destroy the wrong one's.
    private static void WriteRowContext(ReadOnlySpan<byte> prefix, BlindIndex index, Guid surrogate, Span<byte> context)
    {
        prefix.CopyTo(context);
        context = context[prefix.Length..];
        BinaryPrimitives.WriteUInt64BigEndian(context, index.High);
        BinaryPrimitives.WriteUInt64BigEndian(context[sizeof(ulong)..], index.Low);
        _ = surrogate.TryWriteBytes(context[BlindIndex.Size..], bigEndian: true, out _);
    }
}
