using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Governance.Masking.Methods.Normalization;
using Governance.Masking.Vault;

namespace Governance.Masking.Keys;

/// <summary>
/// The key hierarchy of one tenant. A key encryption key wraps two keysets; HKDF-SHA-256 derives from them a key for every
/// purpose and domain. Loaded once; safe for concurrent callers.
/// </summary>
/// <remarks>
/// Two keysets, because they live differently: <c>keyset.json</c> rotates (reads pick by key id, so what older keys made stays
/// readable until they are retired), <c>index-keyset.json</c> never does, because a blind index under another key would find no
/// row, and surrogates must survive every rotation.
/// </remarks>
public sealed partial class TenantKeys : IDisposable
{
    private readonly TinkKeyset _keyset;
    private readonly TinkKeyset _indexKeyset;
    private readonly ConcurrentDictionary<string, DomainTokens> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HmacKey> _digests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HmacKey> _indexes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Purpose, string Domain), KeyRing> _rings = new();

    private TenantKeys(string tenant, TinkKeyset keyset, TinkKeyset indexKeyset)
    {
        Tenant = tenant;
        _keyset = keyset;
        _indexKeyset = indexKeyset;
    }

    /// <summary>The tenant's name.</summary>
    public string Tenant { get; }

    /// <summary>The key that new tokens, wrapped keys and quarantined events name.</summary>
    public uint PrimaryKeyId => _keyset.PrimaryKeyId;

    /// <summary>Loads a tenant's keysets; makes them with new random keys where there are none.</summary>
    /// <param name="folder">Holds <c>keyset.json</c> and <c>index-keyset.json</c>; made with mode 0700 where there is none.</param>
    /// <param name="kek">Wraps both, with the tenant as associated data (the index keyset: <c>{tenant}/index</c>).</param>
    /// <param name="tenant">Lower-case letters, digits and hyphens; at most 63.</param>
    /// <param name="cancellationToken">Stops waiting for the key encryption key.</param>
    /// <exception cref="KeyMaterialException">A keyset is malformed, readable by others, or of another key or tenant.</exception>
    public static async Task<TenantKeys> LoadOrCreateAsync(
        string folder,
        IKeyEncryptionKey kek,
        string tenant = "default",
        CancellationToken cancellationToken = default
    )
    {
        CheckTenant(tenant);
        SecretFile.CreateFolder(folder);

        // The index keyset first: without the other, nothing can have been written under it.
        var indexKeyset = await LoadOrCreateKeysetAsync(
            Path.Combine(folder, "index-keyset.json"),
            kek,
            $"{tenant}/index",
            cancellationToken
        );
        var keyset = await LoadOrCreateKeysetAsync(Path.Combine(folder, "keyset.json"), kek, tenant, cancellationToken);
        return new TenantKeys(tenant, keyset, indexKeyset);
    }

    /// <summary>New random keys that are stored nowhere: what they mask can never be turned back. For tests and trials.</summary>
    public static TenantKeys CreateEphemeral(string tenant = "default")
    {
        CheckTenant(tenant);
        return new TenantKeys(tenant, TinkKeyset.Generate(TinkKeyType.AesSiv), TinkKeyset.Generate(TinkKeyType.AesSiv));
    }

    /// <summary>The tokens of a domain.</summary>
    public DomainTokens Tokens(string domain) =>
        _tokens.GetOrAdd(
            domain,
            static (domain, self) =>
                new DomainTokens(self.Ring(KeyDerivation.Token, domain), self.Tenant, domain, Normalizers.For(domain)),
            this
        );

    /// <summary>
    /// A domain's derived token keys as a Tink cleartext JSON keyset, for BigQuery's <c>KEYS.KEYSET_FROM_JSON</c>. Whoever reads
    /// it can turn this domain's tokens back, and no other's.
    /// </summary>
    public BigQueryKeyset ExportForBigQuery(string domain)
    {
        var derived = _keyset with
        {
            Keys =
            [
                .. _keyset.Keys.Select(key =>
                    key with
                    {
                        Material = KeyDerivation.Derive(key.Material, 64, KeyDerivation.Token, Tenant, domain),
                    }
                ),
            ],
        };
        return new BigQueryKeyset(derived.ToJson(), Tokens(domain).AssociatedData);
    }

    /// <summary>Seals a whole event for quarantine, bound to where it came from.</summary>
    public byte[] SealQuarantine(ReadOnlySpan<byte> plain, string topic, int partition, long offset) =>
        Ring(KeyDerivation.Quarantine, "").Encrypt(QuarantineContext(topic, partition, offset), plain);

    /// <summary>Opens what <see cref="SealQuarantine"/> sealed.</summary>
    /// <returns><see langword="false"/> where it is not genuine, or came from elsewhere.</returns>
    public bool TryOpenQuarantine(
        ReadOnlySpan<byte> sealedEvent,
        string topic,
        int partition,
        long offset,
        out byte[] plain
    ) =>
        TryDecrypt(
            Ring(KeyDerivation.Quarantine, ""),
            QuarantineContext(topic, partition, offset),
            sealedEvent,
            out plain
        );

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var ring in _rings.Values)
        {
            ring.Dispose();
        }

        foreach (var key in _digests.Values.Concat(_indexes.Values))
        {
            key.Dispose();
        }

        foreach (var key in _keyset.Keys.Concat(_indexKeyset.Keys))
        {
            CryptographicOperations.ZeroMemory(key.Material);
        }
    }

    /// <summary>The blind index of a normalized identifier.</summary>
    internal BlindIndex Index(string domain, ReadOnlySpan<byte> normalized)
    {
        var key = _indexes.GetOrAdd(
            domain,
            static (domain, self) =>
                new HmacKey(
                    KeyDerivation.Derive(
                        self._indexKeyset.Primary.Material,
                        HmacKey.Size,
                        KeyDerivation.BlindIndex,
                        self.Tenant,
                        domain
                    )
                ),
            this
        );
        Span<byte> hash = stackalloc byte[HmacKey.Size];
        key.Hash(normalized, hash);
        return BlindIndex.Read(hash);
    }

    /// <summary>The digest key of a domain.</summary>
    internal HmacKey Digests(string domain) =>
        _digests.GetOrAdd(
            domain,
            static (domain, self) =>
                new HmacKey(
                    KeyDerivation.Derive(
                        self._keyset.Primary.Material,
                        HmacKey.Size,
                        KeyDerivation.Digest,
                        self.Tenant,
                        domain
                    )
                ),
            this
        );

    /// <summary>A new random subject key, and its wrapped form for the identifier's vault row.</summary>
    internal (SubjectKey Key, byte[] Wrapped) CreateSubjectKey(IdentifierKey owner)
    {
        Span<byte> material = stackalloc byte[SubjectKey.Size];
        RandomNumberGenerator.Fill(material);
        try
        {
            return (
                new SubjectKey(material),
                Ring(KeyDerivation.SubjectKeyWrapping, owner.Domain).Encrypt(SubjectContext(owner), material)
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>Unwraps a subject key.</summary>
    /// <returns><see langword="null"/> where it is not genuine, or of another identifier's row.</returns>
    internal SubjectKey? UnwrapSubjectKey(IdentifierKey owner, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length != SubjectKey.Size + KeyRing.Overhead)
        {
            return null;
        }

        Span<byte> material = stackalloc byte[SubjectKey.Size];
        try
        {
            return Ring(KeyDerivation.SubjectKeyWrapping, owner.Domain)
                .TryDecrypt(SubjectContext(owner), wrapped, material)
                ? new SubjectKey(material)
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>For tests of rotation: the same tenant with one more key, which is the primary.</summary>
    internal TenantKeys Rotated()
    {
        var added = _keyset.Add(TinkKeyType.AesSiv);
        return new TenantKeys(Tenant, added.Promote(added.Keys[^1].Id), _indexKeyset);
    }

    private static async Task<TinkKeyset> LoadOrCreateKeysetAsync(
        string path,
        IKeyEncryptionKey kek,
        string associatedData,
        CancellationToken cancellationToken
    )
    {
        var context = Encoding.UTF8.GetBytes(associatedData);
        if (SecretFile.TryRead(path) is not { } content)
        {
            var keyset = TinkKeyset.Generate(TinkKeyType.AesSiv);
            if (SecretFile.TryCreate(path, await keyset.EncryptAsync(kek, context, cancellationToken)))
            {
                return keyset;
            }

            // Another process was first: its keys count.
            content = SecretFile.TryRead(path) ?? [];
        }

        try
        {
            var keyset = await TinkKeyset.DecryptAsync(content, kek, context, cancellationToken);
            return keyset.Keys.All(key => key.Type == TinkKeyType.AesSiv)
                ? keyset
                : throw new KeyMaterialException("It holds keys of another type than AES-SIV.");
        }
        catch (KeyMaterialException exception)
        {
            throw new KeyMaterialException($"The keyset {path} cannot be used. {exception.Message}", exception);
        }
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

    private static void CheckTenant(string tenant)
    {
        if (!TenantName().IsMatch(tenant))
        {
            throw new ArgumentException(
                "A tenant's name has lower-case letters, digits and hyphens, at most 63.",
                nameof(tenant)
            );
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TenantName();

    private KeyRing Ring(string purpose, string domain) =>
        _rings.GetOrAdd(
            (purpose, domain),
            static (key, self) => new KeyRing(self._keyset, key.Purpose, self.Tenant, key.Domain),
            this
        );

    private byte[] QuarantineContext(string topic, int partition, long offset)
    {
        var names = LengthPrefixed.Encode("governance/quarantine/1", Tenant, topic);
        var context = new byte[names.Length + sizeof(int) + sizeof(long)];
        names.CopyTo(context, 0);
        BinaryPrimitives.WriteInt32BigEndian(context.AsSpan(names.Length), partition);
        BinaryPrimitives.WriteInt64BigEndian(context.AsSpan(names.Length + sizeof(int)), offset);
        return context;
    }

    private byte[] SubjectContext(IdentifierKey owner)
    {
        var names = LengthPrefixed.Encode("governance/subject-key/1", Tenant, owner.Domain);
        var context = new byte[names.Length + BlindIndex.Size];
        names.CopyTo(context, 0);
        BinaryPrimitives.WriteUInt64BigEndian(context.AsSpan(names.Length), owner.Index.High);
        BinaryPrimitives.WriteUInt64BigEndian(context.AsSpan(names.Length + sizeof(ulong)), owner.Index.Low);
        return context;
    }
}
