namespace Governance.Tests.Support.BigQuery.Kms;

/// <summary>Symmetric keys with their versions, by the name <c>projects/…/locations/…/keyRings/…/cryptoKeys/…</c>.</summary>
internal sealed class KmsState
{
    private readonly Dictionary<string, CryptoKey> _keys = new(StringComparer.Ordinal);

    /// <summary>Creates a key with its first version.</summary>
    public CryptoKey Create(string name)
    {
        var key = new CryptoKey(name);
        key.Rotate();
        return _keys[name] = key;
    }

    internal CryptoKey? Find(string name) => _keys.GetValueOrDefault(name);
}
