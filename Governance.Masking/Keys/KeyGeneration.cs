using System.Collections.Concurrent;
using System.Security.Cryptography;
using Governance.Masking.Methods.Normalization;

namespace Governance.Masking.Keys;

/// <summary>
/// What is derived from one version of a tenant's keyset. Immutable but for what it derives at first use. Safe for concurrent
/// callers.
/// </summary>
internal sealed class KeyGeneration(int number, string tenant, TinkKeyset keyset) : IDisposable
{
    private readonly ConcurrentDictionary<string, DomainTokens> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HmacKey> _digests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Domain, uint KeyId, int Radix), Ff1> _formats = new();
    private readonly ConcurrentDictionary<(string Purpose, string Domain), KeyRing> _rings = new();

    /// <summary>Counted from 1 in each process.</summary>
    public int Number => number;

    /// <summary>The keyset.</summary>
    public TinkKeyset Keyset => keyset;

    /// <summary>The keys of one purpose and domain.</summary>
    public KeyRing Ring(string purpose, string domain) =>
        _rings.GetOrAdd(
            (purpose, domain),
            static (key, self) => new KeyRing(self.Keyset, key.Purpose, self.Tenant, key.Domain),
            this
        );

    /// <summary>The tokens of a domain.</summary>
    public DomainTokens Tokens(string domain) =>
        _tokens.GetOrAdd(
            domain,
            static (domain, self) =>
                new DomainTokens(self.Ring(KeyDerivation.Token, domain), self.Tenant, domain, Normalizers.For(domain)),
            this
        );

    /// <summary>The digest key of a domain: that of the primary alone, for a digest names no key.</summary>
    public HmacKey Digests(string domain) =>
        _digests.GetOrAdd(
            domain,
            static (domain, self) =>
                new HmacKey(
                    KeyDerivation.Derive(
                        self.Keyset.Primary.Material,
                        HmacKey.Size,
                        KeyDerivation.Digest,
                        self.Tenant,
                        domain
                    )
                ),
            this
        );

    /// <summary>
    /// The format-preserving cipher of a domain, under one key and for one radix; <see langword="null"/> where no enabled key has the
    /// id.
    /// </summary>
    public Ff1? FormatKey(string domain, uint keyId, int radix) =>
        keyset.Keys.FirstOrDefault(key => key.Id == keyId && key.Enabled) is not { } key
            ? null
            : _formats.GetOrAdd(
                (domain, keyId, radix),
                static (format, made) =>
                {
                    var derived = KeyDerivation.Derive(
                        made.Material,
                        32,
                        KeyDerivation.Format,
                        made.Tenant,
                        format.Domain
                    );
                    try
                    {
                        return new Ff1(derived, format.Radix);
                    }
                    finally
                    {
                        CryptographicOperations.ZeroMemory(derived);
                    }
                },
                (key.Material, Tenant)
            );

    /// <summary>The keyset of a domain's token keys: the same ids and states, each key derived.</summary>
    public TinkKeyset DeriveTokenKeys(string domain) =>
        keyset with
        {
            Keys =
            [
                .. keyset.Keys.Select(key =>
                    key with
                    {
                        Material = KeyDerivation.Derive(key.Material, 64, KeyDerivation.Token, tenant, domain),
                    }
                ),
            ],
        };

    /// <summary>Clears all keys; nothing may be masking any more.</summary>
    public void Dispose()
    {
        foreach (var ring in _rings.Values)
        {
            ring.Dispose();
        }

        foreach (var cipher in _formats.Values)
        {
            cipher.Dispose();
        }

        foreach (var key in _digests.Values)
        {
            key.Dispose();
        }

        foreach (var key in keyset.Keys)
        {
            CryptographicOperations.ZeroMemory(key.Material);
        }
    }

    private string Tenant => tenant;
}
